"""What is written of a person rests encrypted with a key of theirs; the journal binds what is kept.

Each case gets a key, and what stood in the clear is sealed with it here.
"""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from engine.storage.resealing import Resealing, by_query, unseal
from engine.storage.sealing import Sealed, SealedBytes, SealedJson, SealedText
from engine.storage.types import UtcDateTime

revision = "engine_0009"
down_revision = "engine_0008"
branch_labels = None
depends_on = None

_COLUMNS: tuple[tuple[Sealed, sa.types.TypeEngine[Any]], ...] = (
    (SealedJson("answers.data", kept=True), sa.JSON()),
    (SealedBytes("instances.state"), sa.LargeBinary()),
    (SealedText("instances.incident"), sa.Text()),
    (SealedJson("messages.payload"), sa.JSON()),
    (SealedText("outbox.recipient"), sa.String(length=200)),
    (SealedText("outbox.body"), sa.Text()),
    (SealedText("outbox.last_error"), sa.Text()),
    (SealedText("outbox.calendar"), sa.Text()),
    (SealedText("incidents.cause"), sa.Text()),
    (SealedJson("incidents.answers"), sa.JSON(none_as_null=True)),
    (SealedBytes("moves.state_before"), sa.LargeBinary()),
)


def upgrade() -> None:
    """Make the keys, and seal."""
    op.create_table(
        "data_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("master", sa.String(length=60), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
    )
    op.create_table(
        "chains",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chains")),
    )
    op.add_column("cases", sa.Column("key_id", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("erased_at", UtcDateTime(), nullable=True))
    sealing = Resealing(op.get_bind(), context.config.attributes["keyring"])
    sealing.make_keys()
    for column, plain in _COLUMNS:
        table = column.label.partition(".")[0]
        owner = by_query(f"SELECT case_id FROM {table} WHERE id = :id")  # noqa: S608  # our names
        sealing.seal(table, column, plain, owner)
    sealing.bind()


def downgrade() -> None:
    """Open everything again; the journals keep what they have."""
    for column, plain in _COLUMNS:
        unseal(op.get_bind(), context.config.attributes["keyring"], column, plain)
    op.drop_column("cases", "erased_at")
    op.drop_column("cases", "key_id")
    op.drop_table("chains")
    op.drop_table("data_keys")
