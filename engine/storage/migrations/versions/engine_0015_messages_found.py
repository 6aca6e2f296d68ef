"""The messages of a case, a digest and a person, and what is not resolved, are found by index."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0015"
down_revision = "engine_0014"
branch_labels = None
depends_on = None

_LINE = sa.text("digest_id IS NOT NULL")
_LETTER = sa.text("sent_at IS NOT NULL AND digest_id IS NULL")
_UNRESOLVED = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index(
        "ix_outbox_digest_id", "outbox", ["digest_id"], postgresql_where=_LINE, sqlite_where=_LINE
    )
    op.create_index(
        "ix_outbox_letters",
        "outbox",
        ["recipient_id", "sent_at"],
        postgresql_where=_LETTER,
        sqlite_where=_LETTER,
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["at"],
        postgresql_where=_UNRESOLVED,
        sqlite_where=_UNRESOLVED,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_incidents_open", table_name="incidents")
    for name in ("letters", "digest_id", "case_id"):
        op.drop_index(f"ix_outbox_{name}", table_name="outbox")
