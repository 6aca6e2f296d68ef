"""The guard of the primary responsible on PostgreSQL. REFUSE(code) stands for a refusal."""

import re

from workflows.cases.refusals import REFUSALS

_FUNCTIONS = {
    "guard_case_opens": """
DECLARE touched timestamptz;
BEGIN
    IF NEW.closed_at IS NOT NULL THEN REFUSE(closing) END IF;
    -- the lock: nobody is deactivated by another act while becoming responsible in this one
    PERFORM 1 FROM employees WHERE id = NEW.primary_id AND active FOR SHARE;
    IF NOT FOUND THEN REFUSE(nobody) END IF;
    SELECT touched_at INTO touched FROM cases WHERE id = NEW.case_id;
    IF touched IS NULL OR NEW.primary_since IS NULL OR NOT isfinite(NEW.primary_since)
        OR NEW.primary_since < touched THEN REFUSE(back_dated) END IF;
    RETURN NEW;
END""",
    "guard_primary": """
DECLARE
    touched timestamptz;
    changed boolean := (NEW.primary_id, NEW.primary_since)
        IS DISTINCT FROM (OLD.primary_id, OLD.primary_since);
BEGIN
    IF NEW.case_id IS DISTINCT FROM OLD.case_id THEN REFUSE(kept) END IF;
    IF NOT changed AND NEW.closed_at IS NOT DISTINCT FROM OLD.closed_at THEN RETURN NEW; END IF;
    IF NEW.primary_id IS NULL THEN REFUSE(nobody) END IF;
    IF OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT NULL THEN REFUSE(sealed) END IF;
    SELECT touched_at INTO touched FROM cases WHERE id = NEW.case_id;
    IF NEW.closed_at IS NOT NULL THEN
        IF changed OR NOT isfinite(NEW.closed_at) OR touched IS NULL
            OR NEW.closed_at < OLD.primary_since OR NEW.closed_at < touched
        THEN REFUSE(closing) END IF;
        RETURN NEW;
    END IF;
    IF OLD.closed_at IS NULL AND NEW.primary_id = OLD.primary_id THEN REFUSE(idle) END IF;
    IF NEW.primary_since IS NULL OR NOT isfinite(NEW.primary_since) OR touched IS NULL
        OR NEW.primary_since < touched OR NEW.primary_since < OLD.primary_since
        OR NEW.primary_since < OLD.closed_at
    THEN REFUSE(back_dated) END IF;
    PERFORM 1 FROM employees WHERE id = NEW.primary_id AND active FOR SHARE;
    IF NOT FOUND THEN REFUSE(nobody) END IF;
    RETURN NEW;
END""",
    "write_assignments": """
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.primary_id = OLD.primary_id AND NEW.closed_at IS NOT DISTINCT FROM OLD.closed_at
        THEN RETURN NULL; END IF;
        UPDATE assignments SET until = coalesce(NEW.closed_at, NEW.primary_since)
        WHERE case_id = NEW.case_id AND until IS NULL;
    END IF;
    IF NEW.closed_at IS NULL THEN
        INSERT INTO assignments (case_id, number, employee_id, since, until)
        SELECT NEW.case_id, coalesce(max(number), 0) + 1, NEW.primary_id, NEW.primary_since, NULL
        FROM assignments WHERE case_id = NEW.case_id;
    END IF;
    RETURN NULL;
END""",
    "guard_new_assignment": """
BEGIN
    IF NEW.until IS NOT NULL
        OR NOT EXISTS (
            SELECT 1 FROM youth_cases WHERE case_id = NEW.case_id AND closed_at IS NULL
            AND primary_id = NEW.employee_id AND primary_since = NEW.since)
        OR EXISTS (
            SELECT 1 FROM assignments WHERE case_id = NEW.case_id
            AND (until IS NULL OR number >= NEW.number))
    THEN REFUSE(history) END IF;
    RETURN NEW;
END""",
    "guard_assignment": """
BEGIN
    IF OLD.until IS NOT NULL OR NEW.until IS NULL
        OR (NEW.case_id, NEW.number, NEW.employee_id, NEW.since)
            IS DISTINCT FROM (OLD.case_id, OLD.number, OLD.employee_id, OLD.since)
        OR NOT EXISTS (
            SELECT 1 FROM youth_cases WHERE case_id = OLD.case_id
            AND (closed_at = NEW.until OR (closed_at IS NULL
                AND primary_since = NEW.until AND primary_id <> OLD.employee_id)))
    THEN REFUSE(history) END IF;
    RETURN NEW;
END""",
    "guard_employee": """
BEGIN
    IF (TG_OP = 'DELETE' OR NOT NEW.active) AND EXISTS (
        SELECT 1 FROM youth_cases WHERE primary_id = OLD.id AND closed_at IS NULL)
    THEN REFUSE(holder) END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF NEW.id IS DISTINCT FROM OLD.id THEN REFUSE(employee) END IF;
    RETURN NEW;
END""",
    "guard_case": """
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM youth_cases WHERE case_id = OLD.id) THEN REFUSE(kept) END IF;
        RETURN OLD;
    END IF;
    IF NEW.id IS DISTINCT FROM OLD.id THEN REFUSE(kept) END IF;
    IF NEW.touched_at < OLD.touched_at OR NOT isfinite(NEW.touched_at) THEN REFUSE(time) END IF;
    RETURN NEW;
END""",
    "keep_cases": "BEGIN REFUSE(kept) END",
    "keep_history": "BEGIN REFUSE(history) END",
}

_TRIGGERS = (
    ("guard_case_opens", "BEFORE INSERT", "youth_cases", "guard_case_opens"),
    ("guard_primary", "BEFORE UPDATE", "youth_cases", "guard_primary"),
    ("write_assignments", "AFTER INSERT OR UPDATE", "youth_cases", "write_assignments"),
    ("keep_each", "BEFORE DELETE", "youth_cases", "keep_cases"),
    ("keep_all", "BEFORE TRUNCATE", "youth_cases", "keep_cases"),
    ("guard_new_assignment", "BEFORE INSERT", "assignments", "guard_new_assignment"),
    ("guard_assignment", "BEFORE UPDATE", "assignments", "guard_assignment"),
    ("keep_each", "BEFORE DELETE", "assignments", "keep_history"),
    ("keep_all", "BEFORE TRUNCATE", "assignments", "keep_history"),
    ("guard_employee", "BEFORE UPDATE OR DELETE", "employees", "guard_employee"),
    ("keep_all", "BEFORE TRUNCATE", "employees", "keep_cases"),
    ("guard_case", "BEFORE UPDATE OR DELETE", "cases", "guard_case"),
    ("keep_all", "BEFORE TRUNCATE", "cases", "keep_cases"),
)


def _refusal(match: re.Match[str]) -> str:
    return (
        "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',"
        f" MESSAGE = '{REFUSALS[match[1]]}';"
    )


def _function(name: str, body: str) -> str:
    filled = re.sub(r"REFUSE\((\w+)\)", _refusal, body)
    head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
    return f"{head} AS $guard${filled}$guard$"


def _trigger(name: str, when: str, table: str, function: str) -> str:
    each = "STATEMENT" if "TRUNCATE" in when else "ROW"
    head = f"CREATE OR REPLACE TRIGGER {name} {when} ON {table}"
    return f"{head} FOR EACH {each} EXECUTE FUNCTION {function}()"


GUARD = (
    *(_function(name, body) for name, body in _FUNCTIONS.items()),
    *(_trigger(*trigger) for trigger in _TRIGGERS),
)
REMOVAL = tuple(f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in _FUNCTIONS)
