"""The guard of the primary responsible on SQLite.

A trigger is (when, checks, writes). A check is the code of a refusal and the condition under
which it falls. Foreign keys may be switched off and REPLACE skips delete triggers, so every
check is made here and nothing is left to them.
"""

from workflows.cases.refusals import REFUSALS

# An instant as SQLAlchemy writes it; anything else would not compare as time does.
_NO_INSTANT = (
    "NOT coalesce(strftime('%Y-%m-%d %H:%M:%S', {0}) IS substr({0}, 1, 19) AND length({0}) = 26, 0)"
)
_TOO_EARLY = "coalesce({0} < (SELECT touched_at FROM cases WHERE id = NEW.case_id), 1)"
_NOT_ACTIVE = "NOT EXISTS (SELECT 1 FROM employees WHERE id = NEW.primary_id AND active IS 1)"
_HOLDS = "EXISTS (SELECT 1 FROM youth_cases WHERE primary_id = OLD.id AND closed_at IS NULL)"
_CHANGED = "(NEW.primary_id IS NOT OLD.primary_id OR NEW.primary_since IS NOT OLD.primary_since)"
_CLOSES = "OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL"
_REOPENS = "OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL"
_PASSES_ON = (
    "OLD.closed_at IS NULL AND NEW.closed_at IS NULL AND NEW.primary_id IS NOT OLD.primary_id"
)

_BEGIN = """
INSERT INTO assignments (case_id, number, employee_id, since, until)
SELECT NEW.case_id, coalesce(max(number), 0) + 1, NEW.primary_id, NEW.primary_since, NULL
FROM assignments WHERE case_id = NEW.case_id;
"""
_END = """
UPDATE assignments SET until = {0} WHERE case_id = NEW.case_id AND until IS NULL;
"""
Check = tuple[str, str]


def _refused(code: str, condition: str) -> str:
    return f"SELECT RAISE(ABORT, '{REFUSALS[code]}') WHERE {condition};\n"


def _trigger(when: str, *checks: Check, writes: str = "") -> str:
    refusals = "".join(_refused(code, condition) for code, condition in checks)
    return f"{when}\nBEGIN\n{refusals}{writes}END"


# "OR IGNORE" in the statement from outside would also hush what a trigger writes: look again
_STANDS = _refused(
    "history",
    "NOT EXISTS (SELECT 1 FROM assignments WHERE case_id = NEW.case_id"
    " AND employee_id = NEW.primary_id AND since = NEW.primary_since AND until IS NEW.closed_at)",
)

_TRIGGERS = {
    "guard_case_opens": _trigger(
        "BEFORE INSERT ON youth_cases",
        ("kept", "EXISTS (SELECT 1 FROM youth_cases WHERE case_id = NEW.case_id)"),
        ("closing", "NEW.closed_at IS NOT NULL"),
        ("nobody", _NOT_ACTIVE),
        ("back_dated", _NO_INSTANT.format("NEW.primary_since")),
        ("back_dated", _TOO_EARLY.format("NEW.primary_since")),
    ),
    "write_first_assignment": _trigger("AFTER INSERT ON youth_cases", writes=_BEGIN + _STANDS),
    "guard_primary": _trigger(
        "BEFORE UPDATE ON youth_cases",
        ("kept", "NEW.case_id IS NOT OLD.case_id"),
        ("nobody", "NEW.primary_id IS NULL"),
        ("nobody", f"(({_PASSES_ON}) OR ({_REOPENS})) AND {_NOT_ACTIVE}"),
        (
            "sealed",
            "OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT NULL"
            f" AND ({_CHANGED} OR NEW.closed_at IS NOT OLD.closed_at)",
        ),
        ("closing", f"{_CLOSES} AND ({_CHANGED} OR NEW.closed_at < OLD.primary_since)"),
        ("closing", f"{_CLOSES} AND {_NO_INSTANT.format('NEW.closed_at')}"),
        ("closing", f"{_CLOSES} AND {_TOO_EARLY.format('NEW.closed_at')}"),
        (
            "idle",
            "OLD.closed_at IS NULL AND NEW.primary_id IS OLD.primary_id"
            " AND NEW.primary_since IS NOT OLD.primary_since",
        ),
        ("back_dated", f"{_CHANGED} AND {_NO_INSTANT.format('NEW.primary_since')}"),
        ("back_dated", f"{_CHANGED} AND {_TOO_EARLY.format('NEW.primary_since')}"),
        ("back_dated", f"({_PASSES_ON}) AND NEW.primary_since < OLD.primary_since"),
        ("back_dated", f"{_REOPENS} AND NEW.primary_since < OLD.closed_at"),
    ),
    "write_passing_on": _trigger(
        f"AFTER UPDATE ON youth_cases WHEN {_PASSES_ON}",
        writes=_END.format("NEW.primary_since") + _BEGIN + _STANDS,
    ),
    "write_closing": _trigger(
        f"AFTER UPDATE ON youth_cases WHEN {_CLOSES}",
        writes=_END.format("NEW.closed_at") + _STANDS,
    ),
    "write_reopening": _trigger(
        f"AFTER UPDATE ON youth_cases WHEN {_REOPENS}", writes=_BEGIN + _STANDS
    ),
    "keep_youth_cases": _trigger("BEFORE DELETE ON youth_cases", ("kept", "1")),
    "guard_new_assignment": _trigger(
        "BEFORE INSERT ON assignments",
        ("history", "NEW.until IS NOT NULL"),
        (
            "history",
            "NOT EXISTS (SELECT 1 FROM youth_cases WHERE case_id = NEW.case_id"
            " AND primary_id = NEW.employee_id AND primary_since = NEW.since"
            " AND closed_at IS NULL)",
        ),
        (
            "history",
            "EXISTS (SELECT 1 FROM assignments WHERE case_id = NEW.case_id"
            " AND (until IS NULL OR number >= NEW.number))",
        ),
    ),
    "guard_assignment": _trigger(
        "BEFORE UPDATE ON assignments",
        ("history", "OLD.until IS NOT NULL OR NEW.until IS NULL"),
        (
            "history",
            "(NEW.case_id, NEW.number, NEW.employee_id, NEW.since)"
            " IS NOT (OLD.case_id, OLD.number, OLD.employee_id, OLD.since)",
        ),
        (
            "history",
            "NOT EXISTS (SELECT 1 FROM youth_cases WHERE case_id = OLD.case_id"
            " AND (closed_at = NEW.until OR (closed_at IS NULL AND primary_since = NEW.until"
            " AND primary_id <> OLD.employee_id)))",
        ),
    ),
    "keep_assignments": _trigger("BEFORE DELETE ON assignments", ("history", "1")),
    "guard_new_employee": _trigger(
        "BEFORE INSERT ON employees",
        (
            "employee",
            "EXISTS (SELECT 1 FROM employees WHERE id = NEW.id OR username = NEW.username)",
        ),
    ),
    "guard_employee": _trigger(
        "BEFORE UPDATE ON employees",
        ("employee", "NEW.id IS NOT OLD.id"),
        (
            "employee",
            "EXISTS (SELECT 1 FROM employees WHERE username = NEW.username AND id <> OLD.id)",
        ),
        ("holder", f"NEW.active IS NOT 1 AND {_HOLDS}"),
    ),
    "keep_employees": _trigger("BEFORE DELETE ON employees", ("holder", _HOLDS)),
    "guard_new_case": _trigger(
        "BEFORE INSERT ON cases",
        ("kept", "EXISTS (SELECT 1 FROM cases WHERE id = NEW.id OR rowid = NEW.rowid)"),
    ),
    "guard_case": _trigger(
        "BEFORE UPDATE ON cases",
        ("kept", "NEW.id IS NOT OLD.id OR NEW.rowid IS NOT OLD.rowid"),
        ("time", f"NEW.touched_at < OLD.touched_at OR {_NO_INSTANT.format('NEW.touched_at')}"),
    ),
    "keep_cases": _trigger(
        "BEFORE DELETE ON cases",
        ("kept", "EXISTS (SELECT 1 FROM youth_cases WHERE case_id = OLD.id)"),
    ),
}

GUARD = tuple(f"CREATE TRIGGER IF NOT EXISTS {name} {body}" for name, body in _TRIGGERS.items())
REMOVAL = tuple(f"DROP TRIGGER IF EXISTS {name}" for name in _TRIGGERS)
