"""Asking for a consent to something concrete, beside what the processes ask for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.domain.calendars import age_on
from engine.domain.errors import Already, InvalidAnswers
from engine.domain.parameters import shift
from engine.services.instances import start_process
from engine.services.settling import settle
from engine.storage.work import Work
from workflows.cases.thread import open_youth_case
from workflows.consent.asking import PREPARED, prepare
from workflows.consent.records import ConsentRow
from workflows.consent.rights import check_answers_for
from workflows.consent.rules import WAITING, is_too_general
from workflows.consent.scope import OUTSIDE, Scope
from workflows.consent.services import consents_of
from workflows.consent.vocabulary import vocabulary
from workflows.people.parties import GUARDIAN, young_person_of

DRUGS, PARENTS = "drug_compartment", "parent_read"
# What may be asked for on a page, and the kind of consent it is.
PURPOSES: Mapping[str, str] = {
    "disclose": "disclose",
    "obtain": "obtain",
    "participate": "participate",
    "coordinator": "effort",
    "social_effort": "effort",
    "holistic_plan": "plan_replace",
    PARENTS: "parent_read",
    DRUGS: "disclose",
}
_WITHOUT_TYPES = frozenset({"effort", "plan_replace"})
_TO_OURSELVES = frozenset({"obtain", "effort", "plan_replace"})
_OWN_AGE = "consent.own_age"
SHORTEST = 10  # characters of what it is for
TOO_GENERAL = (
    "Det er for bredt. Loven kræver, at et samtykke er konkret: skriv hvilke oplysninger, hvem og "
    "hvad de skal bruges til."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to ask for; `outside` and `sources` are names of others, one each."""

    purpose: str
    types: Sequence[str] = ()
    to_parties: Sequence[str] = ()
    outside: Sequence[str] = ()
    sources: Sequence[str] = ()
    what_for: str = ""
    lasts_until: date | None = None


def ask_for_consent(work: Work, case_id: UUID, asked: Asked) -> ConsentRow:
    """Ask those who must give it for exactly this, and return the consent that is asked for.

    Starts the process that collects the answers. Raises `NotFound`, `NotAllowed` for who does not
    answer for the case, `Conflict` when it is closed or the same is asked for already, and
    `InvalidAnswers` by field (purpose, types, to, outside, sources, what_for, lasts_until), also
    for what is too general to be asked for (retssikkerhedsloven § 11 a).
    """
    work.reads_for("consent", f"case:{case_id}")
    case = open_youth_case(work, case_id)
    check_answers_for(work, case)
    if problems := dict(_problems(work, case_id, asked)):
        raise InvalidAnswers(problems)
    scope = _scope(asked)
    _check_not_asked(work, case_id, asked.purpose, scope)
    consent = prepare(work, case_id, asked.purpose, scope)
    start_process(work, case_id, "consent", {"purpose": asked.purpose, "due": None})
    settle(work)
    return consent


def general_fields(texts: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    """Return the fields in which somebody asks for everything, each with the reason why not."""
    for field, written in texts.items():
        if any(is_too_general(each) for each in written):
            yield field, TOO_GENERAL


def is_everything(types: Collection[str]) -> bool:
    """Say whether the types are all there are outside the closed compartments."""
    open_types = {code for code, each in vocabulary().types.items() if each.compartment is None}
    return open_types <= set(types)


def _scope(asked: Asked) -> Scope:
    return Scope(
        kind=PURPOSES[asked.purpose],
        types=tuple(asked.types),
        to_parties=(*asked.to_parties, *(f"{OUTSIDE}{each}" for each in asked.outside)),
        from_parties=tuple(f"{OUTSIDE}{each}" for each in asked.sources),
        what_for=asked.what_for.strip(),
        lasts_until=asked.lasts_until,
    )


def _problems(work: Work, case_id: UUID, asked: Asked) -> Iterator[tuple[str, str]]:
    if asked.purpose not in PURPOSES:
        yield "purpose", "Vælg, hvad du beder om lov til."
        return
    if asked.purpose == PARENTS and not _may_let_parents_read(work, case_id):
        yield "purpose", "Forældre til en ung under 15 år læser med uden det her samtykke."
    yield from _wrong_types(asked)
    yield from _wrong_parties(asked)
    if len(asked.what_for.strip()) < SHORTEST:
        yield "what_for", "Skriv, hvad oplysningerne skal bruges til."
    written = {"what_for": [asked.what_for], "outside": asked.outside, "sources": asked.sources}
    yield from general_fields(written)
    yield from _wrong_period(work, asked.lasts_until)


def _wrong_types(asked: Asked) -> Iterator[tuple[str, str]]:
    known = [each for each in asked.types if each in vocabulary().types]
    closed = {each for each in known if vocabulary().type(each).compartment}
    if len(known) < len(asked.types) or (
        not known and PURPOSES[asked.purpose] not in _WITHOUT_TYPES
    ):
        yield "types", "Vælg de slags oplysninger, det handler om."
    elif is_everything(known):
        yield "types", "Alt på én gang er for bredt. Vælg kun det, der er brug for i den her sag."
    elif asked.purpose == DRUGS and set(known) != closed:
        yield "types", "Rusmiddelbehandling har sit eget samtykke. Vælg kun den slags her."
    elif closed and asked.purpose != DRUGS:
        yield "types", "Rusmiddelbehandling skal have sit eget samtykke. Bed om det for sig."


def _wrong_parties(asked: Asked) -> Iterator[tuple[str, str]]:
    parents = [each for each in asked.to_parties if each.startswith(GUARDIAN)]
    if asked.purpose == PARENTS:
        if not parents or len(parents) < len(asked.to_parties) or asked.outside:
            yield "to", "Vælg den forælder, der må læse med, og ingen andre."
    elif parents:
        yield "to", "En forælder kan kun vælges, når det handler om at læse med."
    elif not (asked.to_parties or asked.outside) and PURPOSES[asked.purpose] not in _TO_OURSELVES:
        yield "to", "Vælg, hvem der må få oplysningerne, eller skriv dem på listen herunder."
    if asked.purpose == "obtain" and not asked.sources:
        yield "sources", "Skriv, hvem oplysningerne hentes hos."


def _wrong_period(work: Work, until: date | None) -> Iterator[tuple[str, str]]:
    if until is None:
        return
    longest = shift(work.calendar, work.today, work.parameters.period("consent.expiry"))
    if not work.today < until <= longest:
        yield "lasts_until", "Vælg en dag, der kommer, og højst et år frem."


def _may_let_parents_read(work: Work, case_id: UUID) -> bool:
    own = work.parameters.period(_OWN_AGE).months // 12
    return age_on(young_person_of(work, case_id).birth_date, work.today) >= own


def _check_not_asked(work: Work, case_id: UUID, purpose: str, scope: Scope) -> None:
    for row in consents_of(work, case_id):
        same = (row.purpose, set(row.types), set(row.to_parties)) == (
            purpose,
            set(scope.types),
            set(scope.to_parties),
        )
        if same and row.status in (*WAITING, PREPARED):
            raise Already("Der er allerede spurgt om det samme. Svaret mangler endnu.")
