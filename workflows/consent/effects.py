"""What an act changed for a case: what stopped, what came instead, what goes on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from engine.storage.models import InstanceRow, OutboxRow, TaskRow, TimerRow
from engine.storage.work import Work
from workflows.access.records import AccessGrantRow
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.consent.scope import lines, name_of_recipient
from workflows.consent.vocabulary import vocabulary
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.forums.states import ON_AGENDA
from workflows.letters import day_in_words
from workflows.municipalities.records import ForumRow

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """The rows of a case that an act ended or made, by id, each kind in order.

    `grants`, `items` (of agendas), `tasks`, `processes`, `mails` (unsent, deleted) and `starts`
    (planned) are those that ended. `opened` are tasks, by element and due day, and `written` the
    kinds of the messages that came instead. `state` is the case's own when it changed.
    """

    grants: Ids = ()
    items: Ids = ()
    tasks: Ids = ()
    processes: Ids = ()
    mails: Ids = ()
    starts: Ids = ()
    opened: Ids = ()
    written: Ids = ()
    state: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}

    @staticmethod
    def of_json(raw: Mapping[str, Any]) -> "Effects":
        """Return what a row keeps."""
        kept: dict[str, Any] = {
            each.name: raw[each.name] if each.name == "state" else tuple(raw[each.name])
            for each in fields(Effects)
            if each.name in raw
        }
        return Effects(**kept)


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands open in a case at one moment: ids by kind, and what each opened task is."""

    open: Mapping[str, frozenset[str]]
    tasks: Mapping[str, str]
    mails: Mapping[str, str]
    state: str


def picture(work: Work, case_id: UUID) -> Picture:
    """Return what stands open in the case now."""
    work.flush()
    found = {
        kind: frozenset(str(each) for each in work.session.scalars(query))
        for kind, query in _open_rows(case_id).items()
    }
    tasks = work.session.execute(
        select(TaskRow.id, TaskRow.element, TaskRow.due_on).where(
            TaskRow.case_id == case_id, TaskRow.closed_at.is_(None)
        )
    )
    mails = work.session.execute(
        select(OutboxRow.id, OutboxRow.kind).where(
            OutboxRow.case_id == case_id, OutboxRow.sent_at.is_(None)
        )
    )
    return Picture(
        found,
        {str(key): f"{element}:{due_on}" for key, element, due_on in tasks},
        {str(key): kind for key, kind in mails},
        work.session.get_one(YouthCaseRow, case_id).state,
    )


def effects_since(work: Work, case_id: UUID, before: Picture) -> Effects:
    """Return what this act has changed in the case since `before`."""
    now = picture(work, case_id)

    def ended(kind: str) -> Ids:
        return tuple(sorted(before.open[kind] - now.open[kind]))

    return Effects(
        grants=ended("grants"),
        items=ended("items"),
        processes=ended("processes"),
        starts=ended("starts"),
        tasks=tuple(sorted(before.tasks.keys() - now.tasks.keys())),
        mails=tuple(sorted(before.mails.keys() - now.mails.keys())),
        opened=tuple(sorted(now.tasks[each] for each in now.tasks.keys() - before.tasks.keys())),
        written=tuple(sorted(now.mails[each] for each in now.mails.keys() - before.mails.keys())),
        state=now.state if now.state != before.state else "",
    )


def confirmation(work: Work, consent: ConsentRow, effects: Effects) -> dict[str, str]:
    """Return the words of the letter that confirms a withdrawal: what stops, what goes on, why."""
    return {
        "withdrawn_on": day_in_words(work.today),
        "what": lines(vocabulary().titles(consent.types)) or "- Det, vi havde aftalt",
        "stops": lines(what_stops(work, consent, effects)),
        "continues": lines(what_goes_on(work, consent)),
    }


def what_stops(work: Work, consent: ConsentRow, effects: Effects) -> list[str]:
    """Return in Danish sentences what the withdrawal ends, most important first."""
    names = [name_of_recipient(work, consent.case_id, each) for each in consent.to_parties]
    told = [f"{_listed(names)} må ikke længere få eller læse det."] if names else []
    for forum, meets_on in _meetings(work, effects):
        told.append(f"Din sag er taget af mødet i {forum} den {meets_on}.")
    if effects.tasks:
        told.append("De kolleger, der var bedt om at skrive om dig, er bedt om at lade være.")
    if effects.mails:
        told.append("Det, vi ikke havde sendt til andre endnu, bliver ikke sendt.")
    return told


def what_goes_on(work: Work, consent: ConsentRow) -> list[str]:
    """Return in Danish sentences what goes on, each with why."""
    query = select(ConsentRow).where(
        ConsentRow.case_id == consent.case_id,
        ConsentRow.status == "active",
        ConsentRow.id != consent.id,
    )
    others = work.session.scalars(query.order_by(ConsentRow.asked_at, ConsentRow.id))
    still = [
        f"{_listed([name_of_recipient(work, each.case_id, one) for one in each.to_parties])}: "
        "det har du sagt ja til for sig."
        for each in others
        if each.to_parties
    ]
    return [
        *still,
        "Den hjælp, du allerede får, og som ikke bygger på, at vi deler.",
        "Det, loven siger, at vi skal gøre, også uden et ja. Det står i din sag med lovens grund.",
        "Det, der er gjort og skrevet indtil nu: det var lovligt, da det skete.",
    ]


def _open_rows(case_id: UUID) -> Mapping[str, Select[Any]]:
    return {
        "grants": select(AccessGrantRow.id).where(
            AccessGrantRow.case_id == case_id, AccessGrantRow.revoked_at.is_(None)
        ),
        "items": select(AgendaItemRow.id).where(
            AgendaItemRow.case_id == case_id, AgendaItemRow.status.in_(ON_AGENDA)
        ),
        "processes": select(InstanceRow.id).where(
            InstanceRow.case_id == case_id, InstanceRow.closed_at.is_(None)
        ),
        "starts": select(TimerRow.id).where(
            TimerRow.case_id == case_id, TimerRow.kind == "start", TimerRow.done_at.is_(None)
        ),
    }


def _meetings(work: Work, effects: Effects) -> list[tuple[str, str]]:
    query = (
        select(ForumRow.name, MeetingRow.held_on)
        .join(MeetingRow, MeetingRow.forum_id == ForumRow.id)
        .join(AgendaItemRow, AgendaItemRow.meeting_id == MeetingRow.id)
        .where(AgendaItemRow.id.in_([UUID(each) for each in effects.items]))
        .order_by(MeetingRow.held_on)
    )
    return [(forum, day_in_words(day)) for forum, day in work.session.execute(query)]


def _listed(names: list[str]) -> str:
    return " og ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
