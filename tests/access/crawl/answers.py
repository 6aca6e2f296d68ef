"""What each kind of page answers whom, worked out without the product.

Sources: domain 01 (the roles), 05 §5.4 (need to know), and the sentences of the issue: an object
that one may not see answers 404 with the bytes of an unknown one, an area that one's role lacks 403
with a sentence. Where they are silent, the line says what was decided.
"""

from collections.abc import Iterator

from tests.access.crawl.roles import (
    DRUG_CENTRE,
    IN_A_CASE,
    IN_A_FORUM,
    IN_A_TEAM,
    IN_HANDOVER,
    KEEPERS,
    LEADERS_FORUMS,
    LEADS_UNITS,
    NOT_SIGNED_IN,
    POLITICIAN,
    PROFESSIONS,
    SCHOOLS,
)

NO_CASES = {*KEEPERS, POLITICIAN}  # 5.4: "–" in every column; a politician gets aggregates
CHIEF = "chief_consultant"
# 5.4 lets it be done "with reason" and names nobody. Decided: who works with young people may; not
# the leaders' forums and their consultant ("–"), the schools ("own pupil"), the closed drug centre.
BREAK_GLASS = {*PROFESSIONS, *IN_A_TEAM, *IN_A_CASE} - {*SCHOOLS, *DRUG_CENTRE, CHIEF}

# Who reads the case in which relation. What is not here opens nothing to anybody.
READERS = {
    "own": {*PROFESSIONS, *IN_A_FORUM, *IN_A_CASE},
    "closed": {*PROFESSIONS, *IN_A_FORUM, *IN_A_CASE},  # 5.3: it is kept, for its own people too
    "deputy": {*PROFESSIONS, *IN_A_FORUM},
    "task": {*PROFESSIONS, *IN_A_FORUM},  # who is to do something must know about whom
    "unit": {*LEADS_UNITS},
    "agenda_within": {*PROFESSIONS, *IN_A_TEAM},  # leader forum and steering: "–"
    "consented": {*PROFESSIONS} - {CHIEF},  # the consultant of the leaders' forums: "–"
    "broken_glass": BREAK_GLASS,
    # K5 drug: R/W for the drug adviser, "closed compartment" for the physician, "own unit only" for
    # its leader; "existence only with consent" or "–" for all others, whatever they are outside.
    "compartment_own": {*DRUG_CENTRE, *LEADS_UNITS},
    "compartment_centre": {"drug_adviser", *LEADS_UNITS},  # it has a task that is free for advisers
}
ENTER = {*DRUG_CENTRE, *LEADS_UNITS}  # with a post in the centre
MINE = ("own", "compartment_own")
INSIDE = ("compartment_own", "compartment_centre", "compartment_known")
SEATED = ("agenda_before", "agenda_within", "agenda_after")
STATES = dict(zip(SEATED, ("planned", "held", "approved"), strict=True))

# Whom an area is for, by role. 01 and 5.4 give aggregates to those who are counted in COUNTS.
AREAS = {
    "everybody": {*PROFESSIONS, *KEEPERS, POLITICIAN, *IN_A_FORUM, *IN_A_CASE},
    "breakers of glass": BREAK_GLASS,
    "counters": {"unit_leader", "area_chief", CHIEF, *LEADERS_FORUMS, POLITICIAN},
    "lenders": {"unit_leader"},
    "erasers": {"unit_leader"},
    "overseers": {CHIEF},
    "operators": {"system_admin"},
    "owners": {"process_designer"},
    "seated": {*IN_A_FORUM},  # in another team than that of the case
    "onlookers": {CHIEF},  # 01: process metrics and overview; they draw and set nothing
}

# kind: method: who is answered what, the first that fits.
# Nobody else finds an object of a case (404); nobody else may enter an area (403).
CASES = {
    "case page": {"GET": "reads 200"},
    # GDPR 15: made by the one who holds the thread, or the coordinator, also of a closed case.
    "export": {"GET": "exports 200, reads 403"},
    # Those with an office in the case, their deputies, and the leader of the unit.
    # In the compartment they are told that consents belong to the ordinary case.
    "form of those who answer": {
        "GET": "closed 409, answers inside 409, answers 200, reads 403",
        "POST": "closed 409, answers inside 409, answers 303, reads 403",
    },
    # K6, 5.4: "masked" in most rows, "–" for the schools and the leaders' forums; by a grant alone
    # (a consent, a broken glass) nobody is told a number.
    "number": {"GET": "is told 200, reads 403", "POST": "is told 200, reads 403"},
    # GDPR 16 ends with nothing: in a closed case and in the compartment as well.
    "annotations": {"GET": "annotates 200, reads 403", "POST": "annotates 303, reads 403"},
    "act of those who answer": {"POST": "closed 409, answers 303, reads 403"},
    # As easy as giving: whoever has the case before them writes the no down.
    "withdrawal": {"GET": "reads 200", "POST": "reads 303"},
    "birth date": {
        "GET": "closed 409, corrects 200, reads 403",
        "POST": "closed 409, corrects 303, reads 403",
    },
    "thread": {"GET": "leads 200, reads 403", "POST": "closed 409, leads 303, reads 403"},
    # What is in the compartment is handed over to nobody.
    "handover": {"POST": "closed 409, begins inside 409, begins 303, reads 403"},
    # A task that is over leads to its receipt. A colleague of the unit has it in a list, without a
    # name, and is told whom to ask: 403, or 409 with who has taken it. One that is free for another
    # role is not theirs.
    "task page": {
        "GET": "closed 303, reads 200, colleague 403",
        "POST": "closed 409, has it 303, may take it 403, of others 403, reads 409, colleague 409",
    },
    "receipt": {"GET": "reads 200, colleague 403"},
    "taking": {
        "POST": "closed 409, has it 303, may take it 303, of others 403, reads 409, colleague 409"
    },
    "taking over": {"POST": "closed 409, has it 303, stands in 303, reads 403, colleague 403"},
    "putting back": {"POST": "closed 409, has it 303, reads 403, colleague 403"},
    # One of the law (the treatment's 14 days) the leader alone may change.
    "deadline": {
        "GET": "closed 303, leads 200, of the law 403, has it 200, reads 403, colleague 403",
        "POST": "closed 409, leads 303, of the law 403, has it 303, reads 403, colleague 403",
    },
    "act on a deadline": {
        "POST": "closed 409, leads 303, of the law 403, has it 303, reads 403, colleague 403"
    },
    # Those who sit in the forum. What is done there its convenor does, while it can be done.
    "meeting": {"GET": "sits 200"},
    "state of a meeting": {"POST": "convenes 409, sits 403"},
    "attendance": {
        "GET": "convenes 200, sits 403",
        "POST": "convenes approved 409, convenes 303, sits 403",
    },
    "day of a meeting": {
        "GET": "convenes 200, sits 403",
        "POST": "convenes planned 303, convenes 409, sits 403",
    },
    "item": {
        "GET": "convenes held 200, convenes 409, sits 403",
        "POST": "convenes held 303, convenes 409, sits 403",
    },
    # Who sits with the young person: the convenor says it, or the leader of the unit.
    "table": {
        "GET": "closed 409, leads 200, convenes held 200, reads 403",
        "POST": "closed 409, leads 303, convenes held 303, reads 403",
    },
    "putting off": {"POST": "convenes held 303, convenes 409, sits 403"},
}
_NO_SUCH = "owners unknown 404, onlookers unknown 404"
HOUSE = {
    "home": {"GET": "everybody 303"},
    "page of one's own": {"GET": "everybody 200"},
    "act of one's own": {"POST": "everybody 303"},
    "page and button of one's own": {"GET": "everybody 200", "POST": "everybody 200"},
    "page and form of one's own": {"GET": "everybody 200", "POST": "everybody 303"},
    "password": {"POST": "everybody 422"},  # one's own is asked for, and we do not know it
    "mail of another": {"GET": "everybody 404"},
    # Absence is seen by who is away, their leader and their deputy; to others there is none.
    "absence of another": {"POST": "everybody 404"},
    "search by number": {"POST": "everybody 200"},
    "break-glass": {"GET": "breakers of glass 200", "POST": "breakers of glass 303"},
    "counts": {"GET": "counters 200"},
    "page and form of leaders": {"GET": "lenders 200", "POST": "lenders 303"},
    "loan of another": {"POST": "lenders 404"},
    # 5.3: by a decision, of two; a leader finds the cases of their unit, the consultant all. In
    # the compartment decided: by two of those who enter it.
    "erasures": {"GET": "erasers 200, overseers 200"},
    "erasure": {"GET": "overseers unknown 404, overseers 200, erasers inside 200, erasers 404"},
    "erasure, without a number": {
        "POST": "overseers unknown 404, overseers 422, erasers inside 422, erasers 404"
    },
    "erasure, not proposed": {
        "POST": "overseers unknown 404, overseers 409, erasers inside 409, erasers 404"
    },
    "erasure, let go": {
        "POST": "overseers unknown 404, overseers 303, erasers inside 303, erasers 404"
    },
    "operations page": {"GET": "operators 200"},
    "operations page and form": {"GET": "operators 200", "POST": "operators 303"},
    "operations, one page": {"GET": "operators unknown 404, operators 200"},
    "operations, one act": {"POST": "operators unknown 404, operators 303"},
    "operations, one code": {"POST": "operators unknown 404, operators 200"},
    # What goes wrong in the compartment its leader looks after: operations learn of nothing there.
    "operations, nothing to try": {
        "POST": "operators unknown 404, operators 409, leaders inside 409"
    },
    "operations, an incident": {"POST": "operators unknown 404, operators 303, leaders inside 303"},
    # Process owners draw and set; the chief consultant looks on.
    "studio page": {"GET": "owners 200, onlookers 200"},
    "studio, one page": {"GET": f"{_NO_SUCH}, owners 200, onlookers 200"},
    "studio, one page and form": {
        "GET": f"{_NO_SUCH}, owners 200, onlookers 200",
        "POST": "owners unknown 404, owners 303",
    },
    "studio, one act": {"POST": "owners unknown 404, owners 303"},
    "studio, said at once": {"POST": "owners unknown 404, owners 200"},
    "studio, no draft": {"POST": "owners unknown 404, owners 409"},
    # A drawing may begin a process that nobody has had; "ny" is no process to look at.
    "studio, a drawing": {"GET": "owners 404, onlookers 404", "POST": "owners 200"},
    "studio, one drawing": {"POST": "owners 200"},
    "studio, cases that move": {
        "GET": f"{_NO_SUCH}, owners 200, onlookers 200",
        "POST": "owners unknown 404, owners 200",
    },
    "studio, a move not made": {"POST": "owners 404"},
    "studio, of owners alone": {"GET": "owners unknown 404, owners 200"},
    "studio, one at a time": {
        "GET": f"{_NO_SUCH}, owners 200, onlookers 200",
        "POST": "owners unknown 404, owners 409",
    },
}
# Whom we do not know, they find these; anything else asks them to sign in.
DOORS = {
    "door": {"GET": "anybody 200, everybody 303", "POST": "anybody 422, everybody 422"},
    "door with a code": {"GET": "anybody 200, everybody 200", "POST": "anybody 422, everybody 422"},
    # This house has no provider: what leads there says so.
    "way to a provider": {"GET": "anybody 502, everybody 502"},
    "way from a provider": {"GET": "anybody 400, everybody 400"},
    "act of anybody": {"POST": "anybody 303, everybody 303"},
    "file": {"GET": "anybody unknown 404, anybody 200, everybody unknown 404, everybody 200"},
    "feed of a forum": {"GET": "anybody 404, seated unknown 404, seated 200, everybody 404"},
    "feed": {"GET": "anybody unknown 404, anybody 200, everybody unknown 404, everybody 200"},
}
# Blueprints that stand behind a door of their own: even what methods they know is told inside.
CLOSED_AREAS = {
    **dict.fromkeys((kind for kind in HOUSE if kind.startswith("operations")), ("operators",)),
    **dict.fromkeys((kind for kind in HOUSE if kind.startswith("studio")), ("owners", "onlookers")),
    **dict.fromkeys((k for k in HOUSE if k.startswith("erasure")), ("erasers", "overseers")),
    "page and form of leaders": ("lenders",),
    "loan of another": ("lenders",),
}


def parts(relation: str, role: str) -> set[str]:
    """Return what the role is to the case in this relation, in the words of the tables."""
    return {*_to_the_case(relation, role), *_to_the_task(relation, role), *_seat(relation, role)}


def _to_the_case(relation: str, role: str) -> Iterator[str]:
    for word in _offices(relation, role):
        yield from (word, f"{word} inside") if relation in INSIDE else (word,)


def _offices(relation: str, role: str) -> Iterator[str]:
    if role not in READERS.get(relation, ()):
        return
    yield "reads"
    if relation not in ("consented", "broken_glass") and not (
        relation == "task" and role in {*SCHOOLS, *LEADERS_FORUMS, CHIEF}
    ):
        yield "is told"
    if relation == "closed":
        yield "closed"
    if relation == "unit" or (relation in INSIDE and role in LEADS_UNITS):
        yield from ("leads", "answers", "corrects", "begins")
    if relation in ("unit", "deputy") or (relation in INSIDE and role in LEADS_UNITS):
        yield "annotates"
    if relation == "deputy":
        yield "answers"
    if relation in (*MINE, "closed") and role not in IN_HANDOVER:
        yield "annotates"
    if relation in MINE and role not in IN_HANDOVER:
        yield "answers"
    if relation in MINE and (_holds(role) or role == "coordinator"):
        yield "corrects"
    if relation in MINE and _holds(role):
        yield "begins"
    if relation in (*MINE, "closed") and (_holds(role) or role == "coordinator"):
        yield "exports"


def _to_the_task(relation: str, role: str) -> Iterator[str]:
    if relation == "own" and _holds(role):
        yield "has it"
    if relation == "compartment_own" and role in READERS[relation]:
        yield from ("has it", "of the law")
    if relation == "compartment_centre" and role == "drug_adviser":
        yield "may take it"
    if relation == "compartment_centre" and role in ("physician_drug", *LEADS_UNITS):
        yield from ("of others", "colleague")
    if relation == "task" and role in READERS["task"]:
        yield "may take it"
    if relation == "deputy" and role in READERS["deputy"]:
        yield "stands in"
    if relation == "unit" and role not in {*NO_CASES, *LEADS_UNITS}:
        yield "colleague"


def _seat(relation: str, role: str) -> Iterator[str]:
    if relation in SEATED:
        yield "sits"
        if role == "team_convenor":
            yield from ("convenes", f"convenes {STATES[relation]}")


def _holds(role: str) -> bool:
    """Say whether the office of this role, in a case of its own, is that of holding the thread."""
    return role not in NO_CASES and role not in {*IN_A_CASE} - {"primary_responsible"}


def expected(kind: str, method: str, relation: str, role: str) -> int:
    """Return the status that this role must be answered in this relation."""
    is_read = method in ("HEAD", "OPTIONS")
    table = {**CASES, **HOUSE, **DOORS}[kind]
    asked = "GET" if method == "HEAD" else method
    if method == "OPTIONS":
        return _options(kind, table, role)
    if asked not in table:
        return 405
    if role == NOT_SIGNED_IN and kind not in DOORS:
        return 303 if asked == "GET" or is_read else 401
    words = parts(relation, role) if kind in CASES else _areas(relation, role)
    otherwise = 404 if kind in CASES else 403
    return next((code for who, code in _lines(table[asked]) if who in words), otherwise)


def _options(kind: str, table: dict[str, str], role: str) -> int:
    """Which methods there are is no secret within an area that one may enter."""
    if role == NOT_SIGNED_IN:
        return 200 if kind in DOORS else 303
    guarded = kind in CLOSED_AREAS
    entered = any(role in AREAS[area] for area in CLOSED_AREAS.get(kind, ()))
    return 403 if guarded and not entered else 200


def _areas(relation: str, role: str) -> set[str]:
    found = {area for area, roles in AREAS.items() if role in roles}
    found |= {"anybody"} if role == NOT_SIGNED_IN else set()
    if relation in ("compartment_own", "compartment_centre") and role in ENTER:
        found |= {"erasers inside"}
        found |= {"leaders inside"} if role in LEADS_UNITS else set()
    hidden = relation == "none" or relation in INSIDE
    return found | ({f"{area} unknown" for area in found} if hidden else set())


def _lines(text: str) -> Iterator[tuple[str, int]]:
    for line in text.split(", "):
        who, _space, code = line.rpartition(" ")
        yield who, int(code)
