"""The tables of the youth effort, and the guard of the primary responsible."""

import sqlalchemy as sa
from alembic import op

from engine.storage.types import UtcDateTime
from workflows.cases.enforcement import install, remove

revision = "workflows_0001"
down_revision = None
branch_labels = ("workflows",)
depends_on = ("engine_0001",)


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "employees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employees")),
        sa.UniqueConstraint("username", name=op.f("uq_employees_username")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "read_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("case_ids", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_log")),
    )
    op.create_index("ix_read_log_at", "read_log", ["at"], unique=False)
    op.create_table(
        "young_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("cpr", sa.String(length=10), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("school", sa.String(length=200), nullable=False),
        sa.Column("schooling", sa.String(length=30), nullable=False),
        sa.Column("protected_address", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_young_people")),
        sa.UniqueConstraint("cpr", name=op.f("uq_young_people_cpr")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["employees.id"], name=op.f("fk_absences_deputy_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_absences_employee_id_employees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_employee_id", "absences", ["employee_id", "since"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("giver", sa.String(length=20), nullable=False),
        sa.Column("signatories", sa.JSON(), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=True),
        sa.Column("activated_at", UtcDateTime(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_channel", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consents_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_case_id", "consents", ["case_id"], unique=False)
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("meaning", sa.Integer(), nullable=True),
        sa.Column("meetings", sa.Integer(), nullable=True),
        sa.Column("adjustment", sa.String(length=20), nullable=False),
        sa.Column("interval", sa.String(length=20), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index("ix_follow_ups_case_id", "follow_ups", ["case_id"], unique=False)
    op.create_table(
        "guardians",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("custody", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["young_person_id"],
            ["young_people.id"],
            name=op.f("fk_guardians_young_person_id_young_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardians")),
    )
    op.create_index("ix_guardians_young_person_id", "guardians", ["young_person_id"], unique=False)
    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=True),
        sa.Column("receiver_role", sa.String(length=60), nullable=True),
        sa.Column("keep_coordinator", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("checklist_due", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("rejected_at", UtcDateTime(), nullable=True),
        sa.Column("rejected_by_id", sa.Uuid(), nullable=True),
        sa.Column("rejection", sa.Text(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("overlap_until", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_handovers_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["employees.id"], name=op.f("fk_handovers_receiver_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["employees.id"], name=op.f("fk_handovers_sender_id_employees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index("ix_handovers_case_id", "handovers", ["case_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("overarching", sa.String(length=40), nullable=False),
        sa.Column("sector_plans", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("active_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_plans_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("case_id", name=op.f("uq_plans_case_id")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["employees.id"], name=op.f("fk_units_leader_id_employees")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "consent_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=60), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_consent_answers_consent_id_consents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_answers")),
    )
    op.create_index(
        "ix_consent_answers_consent_id", "consent_answers", ["consent_id"], unique=False
    )
    op.create_table(
        "forums",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("team", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("cadence", sa.String(length=100), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=True),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("convenor_role", sa.String(length=60), nullable=False),
        sa.Column("convenor_id", sa.Uuid(), nullable=True),
        sa.Column("disciplines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["convenor_id"], ["employees.id"], name=op.f("fk_forums_convenor_id_employees")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_forums_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forums")),
        sa.UniqueConstraint("code", name=op.f("uq_forums_code")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_posts_employee_id_employees")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_posts_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint(
            "employee_id", "role", "unit_id", name=op.f("uq_posts_employee_id_role_unit_id")
        ),
    )
    op.create_index("ix_posts_role", "posts", ["role"], unique=False)
    op.create_table(
        "role_units",
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_role_units_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_role_units")),
    )
    op.create_table(
        "forum_members",
        sa.Column("forum_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_forum_members_employee_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["forum_id"], ["forums.id"], name=op.f("fk_forum_members_forum_id_forums")
        ),
        sa.PrimaryKeyConstraint("forum_id", "employee_id", "role", name=op.f("pk_forum_members")),
    )
    op.create_index("ix_forum_members_employee_id", "forum_members", ["employee_id"], unique=False)
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("forum_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("cut_off_on", sa.Date(), nullable=False),
        sa.Column("cut_off_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["forum_id"], ["forums.id"], name=op.f("fk_meetings_forum_id_forums")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("forum_id", "held_on", name=op.f("uq_meetings_forum_id_held_on")),
    )
    op.create_table(
        "youth_cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("young_person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("pack", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("primary_id", sa.Uuid(), nullable=False),
        sa.Column("primary_since", UtcDateTime(), nullable=False),
        sa.Column("team", sa.Integer(), nullable=True),
        sa.Column("forum_id", sa.Uuid(), nullable=True),
        sa.Column("coordinator_id", sa.Uuid(), nullable=True),
        sa.Column("candidate_id", sa.Uuid(), nullable=True),
        sa.Column("plan_owner_id", sa.Uuid(), nullable=True),
        sa.Column("social_case", sa.Boolean(), nullable=False),
        sa.Column("employment_case", sa.Boolean(), nullable=False),
        sa.Column("employment_since", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["employees.id"], name=op.f("fk_youth_cases_candidate_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_youth_cases_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["employees.id"],
            name=op.f("fk_youth_cases_coordinator_id_employees"),
        ),
        sa.ForeignKeyConstraint(
            ["forum_id"], ["forums.id"], name=op.f("fk_youth_cases_forum_id_forums")
        ),
        sa.ForeignKeyConstraint(
            ["plan_owner_id"], ["employees.id"], name=op.f("fk_youth_cases_plan_owner_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["primary_id"], ["employees.id"], name=op.f("fk_youth_cases_primary_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_youth_cases_unit_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"],
            ["young_people.id"],
            name=op.f("fk_youth_cases_young_person_id_young_people"),
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_youth_cases")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_youth_cases_coordinator_id", "youth_cases", ["coordinator_id"], unique=False
    )
    op.create_index("ix_youth_cases_forum_id", "youth_cases", ["forum_id"], unique=False)
    op.create_index("ix_youth_cases_plan_owner_id", "youth_cases", ["plan_owner_id"], unique=False)
    op.create_index(
        "ix_youth_cases_primary_id",
        "youth_cases",
        ["primary_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_youth_cases_unit_id", "youth_cases", ["unit_id"], unique=False)
    op.create_index(
        "ix_youth_cases_young_person_id", "youth_cases", ["young_person_id"], unique=False
    )
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ready_at", UtcDateTime(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_agenda_items_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_agenda_items_meeting_id_meetings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    op.create_index("ix_agenda_items_case_id", "agenda_items", ["case_id"], unique=False)
    op.create_index("ix_agenda_items_meeting_id", "agenda_items", ["meeting_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_assignments_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["youth_cases.case_id"], name=op.f("fk_assignments_case_id_youth_cases")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_assignments_employee_id_employees")
        ),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_assignments")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_assignments_employee_id", "assignments", ["employee_id"], unique=False)
    op.create_index(
        "uq_assignments_one_open",
        "assignments",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
        sqlite_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "plan_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("vision", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["answers_id"], ["answers.id"], name=op.f("fk_plan_versions_answers_id_answers")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_versions_plan_id_plans")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_versions")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_versions_plan_id_number")),
    )
    op.create_table(
        "goals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["goals.id"], name=op.f("fk_goals_parent_id_goals")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["plan_versions.id"], name=op.f("fk_goals_version_id_plan_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    op.create_index("ix_goals_version_id", "goals", ["version_id"], unique=False)
    install(op.get_bind())


def downgrade() -> None:
    """Drop them."""
    remove(op.get_bind())
    op.drop_index("ix_goals_version_id", table_name="goals")
    op.drop_table("goals")
    op.drop_table("plan_versions")
    op.drop_index(
        "uq_assignments_one_open",
        table_name="assignments",
        postgresql_where=sa.text("until IS NULL"),
        sqlite_where=sa.text("until IS NULL"),
    )
    op.drop_index("ix_assignments_employee_id", table_name="assignments")
    op.drop_table("assignments")
    op.drop_index("ix_agenda_items_meeting_id", table_name="agenda_items")
    op.drop_index("ix_agenda_items_case_id", table_name="agenda_items")
    op.drop_table("agenda_items")
    op.drop_index("ix_youth_cases_young_person_id", table_name="youth_cases")
    op.drop_index("ix_youth_cases_unit_id", table_name="youth_cases")
    op.drop_index(
        "ix_youth_cases_primary_id",
        table_name="youth_cases",
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_youth_cases_plan_owner_id", table_name="youth_cases")
    op.drop_index("ix_youth_cases_forum_id", table_name="youth_cases")
    op.drop_index("ix_youth_cases_coordinator_id", table_name="youth_cases")
    op.drop_table("youth_cases")
    op.drop_table("meetings")
    op.drop_index("ix_forum_members_employee_id", table_name="forum_members")
    op.drop_table("forum_members")
    op.drop_table("role_units")
    op.drop_index("ix_posts_role", table_name="posts")
    op.drop_table("posts")
    op.drop_table("forums")
    op.drop_index("ix_consent_answers_consent_id", table_name="consent_answers")
    op.drop_table("consent_answers")
    op.drop_table("units")
    op.drop_table("plans")
    op.drop_index("ix_handovers_case_id", table_name="handovers")
    op.drop_table("handovers")
    op.drop_index("ix_guardians_young_person_id", table_name="guardians")
    op.drop_table("guardians")
    op.drop_index("ix_follow_ups_case_id", table_name="follow_ups")
    op.drop_table("follow_ups")
    op.drop_index("ix_consents_case_id", table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_absences_employee_id", table_name="absences")
    op.drop_table("absences")
    op.drop_table("young_people")
    op.drop_index("ix_read_log_at", table_name="read_log")
    op.drop_table("read_log")
    op.drop_table("employees")
