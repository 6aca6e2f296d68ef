"""The rows of a log are bound to each other beside it, so that the log is only ever added to."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "engine_0010"
down_revision = "engine_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; the worker binds what is there."""
    op.create_table(
        "links",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", "seq", name=op.f("pk_links")),
        sa.UniqueConstraint("row_id", name=op.f("uq_links_row_id")),
    )
    op.add_column("chains", sa.Column("latest", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("chains", "latest")
    op.drop_table("links")
