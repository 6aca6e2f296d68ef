"""Closed compartments: of cases, of a register of persons, of looks, and whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "workflows_0017"
down_revision = "workflows_0016"
branch_labels = None
depends_on = None

_TABLES = ("youth_cases", "young_people", "read_log", "units")


def upgrade() -> None:
    """Add the columns; what is there lies in no compartment."""
    for table in _TABLES:
        op.add_column(table, sa.Column("compartment", sa.String(length=40), nullable=True))
    with op.batch_alter_table("young_people") as young_people:
        young_people.add_column(sa.Column("known_as_id", sa.Uuid(), nullable=True))
        young_people.create_foreign_key(
            op.f("fk_young_people_known_as_id_young_people"),
            "young_people",
            ["known_as_id"],
            ["id"],
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("young_people") as young_people:
        young_people.drop_constraint(
            op.f("fk_young_people_known_as_id_young_people"), type_="foreignkey"
        )
        young_people.drop_column("known_as_id")
    for table in reversed(_TABLES):
        op.drop_column(table, "compartment")
