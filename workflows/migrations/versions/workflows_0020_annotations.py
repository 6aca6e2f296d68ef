"""What a person holds to be wrong or missing, beside what was written of them."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime

revision = "workflows_0020"
down_revision = "workflows_0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "annotations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("compartment", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_annotations_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["answers.id"], name=op.f("fk_annotations_answers_id_answers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotations")),
    )
    op.create_index("ix_annotations_case_id", "annotations", ["case_id", "at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_annotations_case_id", table_name="annotations")
    op.drop_table("annotations")
