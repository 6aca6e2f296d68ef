"""What happens when a consent is withdrawn, told before it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.services.definitions import blueprint_of, newest_definition
from engine.storage.models import DefinitionRow, InstanceRow, OutboxRow, TaskRow
from engine.storage.work import Work
from web.cases.reading import case_with_person
from web.consents.presenters import types_in_words
from web.explaining import Dated, dated, why
from web.i18n import _, age_in_words, format_day
from web.words import case_state, purpose, role_name
from workflows.access.grants import holder_of
from workflows.access.records import AccessGrantRow
from workflows.consent.effects import Effects
from workflows.consent.grounds import grounds_of
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING
from workflows.consent.scope import OUTSIDE, name_of_recipient
from workflows.consent.services import withdraw_consent
from workflows.forums.explaining import why_held
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.municipalities.records import EmployeeRow, ForumRow, UnitRow
from workflows.people.parties import guardians_on, party_of
from workflows.people.records import GuardianRow

_NAMES: Mapping[str, tuple[Any, Any]] = {
    "forum_id": (ForumRow.name, ForumRow.id),
    "unit_id": (UnitRow.name, UnitRow.id),
    "employee_id": (EmployeeRow.name, EmployeeRow.id),
    "guardian_id": (GuardianRow.name, GuardianRow.id),
}
FOLLOWS = "consent_withdrawal"  # the process that a withdrawal starts


@dataclass(frozen=True, slots=True)
class Ahead:
    """One thing that would happen; the day it is about in words, with its reason."""

    text: str
    when: str = ""
    dated: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a withdrawal would do: its effects, and the deadlines of what it would open, each as
    its task would keep it, by element and due day."""

    effects: Effects
    deadlines: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawing:
    """The page where a consent is withdrawn: what stops, what comes instead, what goes on."""

    who: str
    purpose: str
    stops: Sequence[Ahead]
    comes: Sequence[Ahead]
    goes_on: Sequence[str]
    parties: Sequence[str]
    back_href: str
    action: str


def consent_to_withdraw(work: Work, case_id: UUID, consent_id: UUID) -> ConsentRow:
    """Return a consent of the case that carries something. Raises `NotFound`."""
    row = work.session.get(ConsentRow, consent_id)
    if row is None or row.case_id != case_id or row.status not in CARRYING:
        raise NotFound("Samtykket findes ikke i sagen, eller det gælder ikke længere.")
    return row


def who_may_say_no(work: Work, row: ConsentRow) -> list[str]:
    """Return who may have said it: those who signed, and those who have custody today."""
    _case, person = case_with_person(work, row.case_id)
    custody = [party_of(each) for each in guardians_on(work, person.id, work.today)]
    return [*row.signatories, *(each for each in custody if each not in row.signatories)]


def foreseen(work: Work, consent_id: UUID) -> Foreseen:
    """Withdraw the consent, and return what that did. For an act that is taken back."""
    effects = withdraw_consent(work, consent_id, "oral")
    query = select(TaskRow).where(TaskRow.created_at == work.now, TaskRow.closed_at.is_(None))
    opened = {f"{task.element}:{task.due_on}": task for task in work.session.scalars(query)}
    kept = {name: dict(opened[name].deadline) for name in effects.opened if name in opened}
    return Foreseen(effects=effects, deadlines=kept)


def withdrawing(work: Work, row: ConsentRow, ahead: Foreseen) -> Withdrawing:
    """Return the page, which tells what the withdrawal would do, row by row."""
    _case, person = case_with_person(work, row.case_id)
    effects = ahead.effects
    said = [*_closed(work, effects), *_told_outside(work, row)]
    more = [*_stopped(work, effects), *_kept_back(work, effects), *_not_asked(effects)]
    stops = [*map(Ahead, said), *_off_agendas(work, effects), *map(Ahead, more)]
    return Withdrawing(
        who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
        purpose=purpose(row.purpose),
        stops=stops,
        comes=list(_comes(work, ahead)),
        goes_on=list(_goes_on(work, row)),
        parties=who_may_say_no(work, row),
        back_href=url_for("consents.index", case_id=row.case_id),
        action=url_for("consents.withdraw_now", case_id=row.case_id, consent_id=row.id),
    )


def _closed(work: Work, effects: Effects) -> Iterator[str]:
    query = select(AccessGrantRow).where(AccessGrantRow.id.in_(_ids(effects.grants)))
    for grant in work.session.scalars(query.order_by(AccessGrantRow.starts_at, AccessGrantRow.id)):
        what = types_in_words(grant.types)
        yield _("%(who)s kan ikke længere læse om: %(what)s.", who=_holder(work, grant), what=what)


def _holder(work: Work, grant: AccessGrantRow) -> str:
    who, whom = holder_of(grant)
    return str(work.session.scalar(select(_NAMES[who][0]).where(_NAMES[who][1] == whom)) or "")


def _told_outside(work: Work, row: ConsentRow) -> Iterator[str]:
    for party in row.to_parties:
        if party.startswith(OUTSIDE):
            name = name_of_recipient(work, row.case_id, party)
            yield _("%(who)s får ikke mere at vide.", who=name)


def _off_agendas(work: Work, effects: Effects) -> Iterator[Ahead]:
    query = (
        select(ForumRow, MeetingRow)
        .join(MeetingRow, MeetingRow.forum_id == ForumRow.id)
        .join(AgendaItemRow, AgendaItemRow.meeting_id == MeetingRow.id)
        .where(AgendaItemRow.id.in_(_ids(effects.items)))
    )
    rows = work.session.execute(query.order_by(MeetingRow.held_on, ForumRow.name))
    for forum, meeting in rows.all():
        yield Ahead(
            _("Sagen tages af dagsordenen for %(forum)s:", forum=forum.name),
            format_day(meeting.held_on, work.today),
            dated(meeting.held_on, why_held(work, forum, meeting)),
        )


def _stopped(work: Work, effects: Effects) -> Iterator[str]:
    tasks = (
        select(TaskRow.title, TaskRow.role, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == TaskRow.assignee_id)
        .where(TaskRow.id.in_(_ids(effects.tasks)))
    )
    for title, role, name in sorted(work.session.execute(tasks), key=lambda row: tuple(row[:2])):
        whose = name or role_name(role)
        yield _("Opgaven »%(title)s« bortfalder (%(who)s).", title=title, who=whose)
    processes = (
        select(DefinitionRow.title)
        .join(InstanceRow, InstanceRow.definition_id == DefinitionRow.id)
        .where(InstanceRow.id.in_(_ids(effects.processes)))
    )
    for title in work.session.scalars(processes.order_by(DefinitionRow.title)):
        yield _("Processen »%(title)s« stopper.", title=title)


def _kept_back(work: Work, effects: Effects) -> Iterator[str]:
    rows = work.session.scalars(select(OutboxRow).where(OutboxRow.id.in_(_ids(effects.mails))))
    for address in sorted(row.recipient for row in rows):
        yield _("En besked til %(address)s, der venter, bliver ikke sendt.", address=address)


def _not_asked(effects: Effects) -> Iterator[str]:
    if effects.starts:
        yield _("Der spørges ikke om at forny det.")


def _comes(work: Work, ahead: Foreseen) -> Iterator[Ahead]:
    effects = ahead.effects
    nodes = blueprint_of(work, newest_definition(work, FOLLOWS)).nodes
    titles = {node.id: node.name for node in nodes}
    for each in effects.opened:
        element, _colon, due_on = each.partition(":")
        title, day = titles.get(element, element), date.fromisoformat(due_on)
        yield Ahead(
            _("Den, der holder tråden: »%(title)s«, senest", title=title),
            format_day(day, work.today),
            Dated(due_on, why(ahead.deadlines.get(each, {}))),
        )
    if effects.written:
        yield Ahead(
            _("Familien får skriftligt besked om, hvad der stopper, og hvad der går videre.")
        )
    if effects.state:
        yield Ahead(_("Sagen står som »%(state)s«.", state=case_state(effects.state)))


def _goes_on(work: Work, row: ConsentRow) -> Iterator[str]:
    for ground in grounds_of(work, row.case_id):
        if ground.source_id != row.id:
            names = [name_of_recipient(work, row.case_id, each) for each in ground.to_parties]
            what = types_in_words(ground.types)
            yield _(
                "%(who)s: %(what)s. Det bygger på noget andet.", who=", ".join(names), what=what
            )
    yield _("Den hjælp, der ikke bygger på, at vi deler.")
    yield _("Det, loven siger, at vi skal. Det, der er gjort indtil nu, står ved magt.")


def _ids(found: Sequence[str]) -> list[UUID]:
    return [UUID(each) for each in found]
