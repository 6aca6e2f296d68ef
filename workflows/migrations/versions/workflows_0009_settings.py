"""Settings changed in the house, and a cut-off of a forum's own."""

import sqlalchemy as sa
from alembic import op

revision = "workflows_0009"
down_revision = "workflows_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "setting_changes",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"],
            ["configurations.number"],
            name=op.f("fk_setting_changes_number_configurations"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_setting_changes")),
        sa.UniqueConstraint("follows", name=op.f("uq_setting_changes_follows")),
    )
    op.add_column(
        "forums", sa.Column("cut_off", sa.String(length=20), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("forums", "cut_off")
    op.drop_table("setting_changes")
