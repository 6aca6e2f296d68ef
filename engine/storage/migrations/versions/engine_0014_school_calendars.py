"""By which school's calendar the days of a case are counted."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0014"
down_revision = "engine_0013"
branch_labels = None
depends_on = None

_OWN = sa.text("calendar IS NOT NULL")


def upgrade() -> None:
    """Add the column; every case there is counts by the municipality's."""
    op.add_column("cases", sa.Column("calendar", sa.String(length=80), nullable=True))
    op.create_index(
        "ix_cases_calendar", "cases", ["calendar"], postgresql_where=_OWN, sqlite_where=_OWN
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_cases_calendar", table_name="cases")
    op.drop_column("cases", "calendar")
