"""What is known of a young person is corrected: the school, and how letters reach them."""

from collections.abc import Mapping
from uuid import UUID

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.services.journal import record
from engine.services.recounting import SCHOOL_CHANGED, recount_case
from engine.services.redeadlines import MovedDeadline
from engine.services.settling import settle
from engine.storage.configurations import load_content
from engine.storage.work import Work
from workflows.cases.birth_date import may_change_birth_date
from workflows.cases.thread import open_youth_case
from workflows.municipalities.layers import SCHOOL, in_force
from workflows.people.parties import young_person_of
from workflows.people.services import calendar_name

_NOT_YOURS = "Kun den, der holder tråden, tovholderen og lederen kan rette oplysningerne."


def schools(work: Work) -> Mapping[str, str]:
    """Return the schools with a calendar of their own: their names by code, in their order."""
    content = in_force(load_content(work.session, work.configuration.number))
    found = {code: str(each["name"]) for code, each in content.get(SCHOOL, {}).items()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def change_school(work: Work, case_id: UUID, code: str | None, name: str) -> list[MovedDeadline]:
    """Let the young person of an open case attend the school; return the deadlines that moved.

    `code` is one of `schools`, None for one that follows the municipality's calendar, which is
    called `name`. What is counted in school days is recounted, and those whom it concerns are
    told. The same school again writes nothing. Raises `NotFound`, `Conflict` for a closed case,
    `NotAllowed` unless `may_change_birth_date`, and `InvalidAnswers` for `school_code`.
    """
    _check(work, case_id)
    known = schools(work)
    if code is not None and code not in known:
        raise InvalidAnswers({"school_code": "Skolen står ikke på listen mere. Vælg en anden."})
    person = young_person_of(work, case_id)
    called = known[code] if code is not None else name
    if (person.school_code, person.school) == (code, called):
        return []
    person.school_code, person.school = code, called
    record(work, case_id, "school_changed")
    return _recounted(work, case_id, calendar_name(person))


def change_post(work: Work, case_id: UUID, *, exempt: bool) -> None:
    """Let letters to the young person of an open case go on paper from now on, or not any more.

    What has left stays as it went. The same again writes nothing. Raises `NotFound`, `Conflict`
    for a closed case, and `NotAllowed` unless `may_change_birth_date`.
    """
    _check(work, case_id)
    person = young_person_of(work, case_id)
    if person.digital_post_exempt != exempt:
        person.digital_post_exempt = exempt
        record(work, case_id, "post_changed", exempt=exempt)


def _check(work: Work, case_id: UUID) -> None:
    work.reads_for("facts", f"case:{case_id}")
    if not may_change_birth_date(work, open_youth_case(work, case_id)):
        raise NotAllowed(_NOT_YOURS)


def _recounted(work: Work, case_id: UUID, calendar: str | None) -> list[MovedDeadline]:
    bare = work.lock_case(case_id)
    if bare.calendar == calendar:
        return []
    bare.calendar = calendar
    moved = recount_case(work, case_id, [], cause=SCHOOL_CHANGED)
    settle(work)
    return moved
