"""Who has been invited to which meeting, and to which version of it."""

import sqlalchemy as sa
from alembic import op

revision = "workflows_0005"
down_revision = "workflows_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "invitations",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("called_off", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_invitations_meeting_id_meetings")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_invitations_employee_id_employees")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "employee_id", name=op.f("pk_invitations")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("invitations")
