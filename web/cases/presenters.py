"""The case pages as they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.domain.reckonings import Reckoning
from engine.ports import Blueprint
from engine.services.definitions import as_definition
from engine.storage.models import DefinitionRow, InstanceRow, TaskRow, TimerRow
from engine.storage.work import Work
from web.cases import reading
from web.cases.answering import who_answers
from web.cases.drawing import Drawing, draw
from web.cases.glimpses import Consent, Glimpse, consents, glimpse, wish
from web.cases.journal import Entry, entries
from web.cases.people import Contact, efforts, guardian, professionals, reach
from web.cases.reading import CLOSED, MINE, SEEN, CasePage, Listed
from web.cases.standing import standing_of
from web.cases.steps import HERE, OVERDUE, Step, steps
from web.errors import Line
from web.explaining import Dated, dated, dated_task, why
from web.i18n import N_, _, age_in_words, due_in_words, format_day
from web.inbox.presenters import Act, Row, Today, Word, state_of, when_of
from web.stops import Stop, stops_of_case
from web.words import case_state, outcome, role_name
from workflows.access.glass import may_break_glass
from workflows.access.sight import Sight
from workflows.cases.birth_date import may_change_birth_date
from workflows.cases.passing_on import may_pass_on
from workflows.cases.records import YouthCaseRow
from workflows.consent.counting import may_count
from workflows.consent.rights import answers_for
from workflows.erasing.services import may_erase
from workflows.forums.explaining import why_held
from workflows.municipalities.records import EmployeeRow
from workflows.people.records import YoungPersonRow
from workflows.rights.exporting import may_export

VIEWS = {MINE: N_("Mine"), SEEN: N_("Alle, jeg må se"), CLOSED: N_("Lukkede")}
_EMPTY = {
    MINE: N_("Du holder ikke tråden for nogen lige nu."),
    SEEN: N_("Der er ingen åbne sager, som du har del i."),
    CLOSED: N_("Ingen af de sager, du må se, er lukket."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """The list of cases."""

    words: Sequence[Word]
    rows: Sequence[Row]
    empty: str
    further: str
    search: str
    counts_href: str
    glass_href: str
    erasing_href: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day that is coming: what, when in words, and why then."""

    label: str
    value: str
    dated: Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process of a case: where it stands, in words."""

    title: str
    state: str
    words: str
    steps: Sequence[Step]
    href: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The case page."""

    name: str
    age: str
    state: str
    closed: str
    pass_on_href: str
    birth_date_href: str
    facts_href: str
    cpr_href: str
    remarks_href: str
    looks_href: str
    export_href: str
    stops: Sequence[Stop]
    glimpse: Glimpse
    tasks: Sequence[Row]
    ahead: Sequence[Ahead]
    processes: Sequence[Process]
    young_person: Sequence[Line]
    guardians: Sequence[Contact]
    professionals: Sequence[Contact]
    consents: Sequence[Consent]
    consents_href: str
    journal: Sequence[Entry]
    inside: bool
    wish: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPage:
    """One process of a case with its diagram."""

    title: str
    who: str
    case_href: str
    words: str
    steps: Sequence[Step]
    drawing: Drawing
    description: str
    version: str
    documentation: str


def case_list(work: Work, view: str, search: str, page: CasePage, further: str) -> CaseList:
    """Return the list of cases."""
    today = Today(day=work.today, calendar=work.calendar, now=work.now)
    words = [
        Word(_(text), url_for("cases.index", vis=key, q=search or None), key == view)
        for key, text in VIEWS.items()
    ]
    nothing = _("Ingen hedder »%(name)s« blandt dem, du må se.", name=search)
    return CaseList(
        words=words,
        rows=[_listed(each, today) for each in page.cases],
        empty="" if page.cases else nothing if search else _(_EMPTY[view]),
        further=further,
        search=search,
        counts_href=url_for("consents.counts") if may_count(work) else "",
        glass_href=url_for("cases.open_with_reason") if search and may_break_glass(work) else "",
        erasing_href=url_for("erasures.index") if view == CLOSED and may_erase(work) else "",
    )


def case_page(work: Work, sight: Sight, person: YoungPersonRow) -> Case:
    """Return the case page, with what the actor sees of the case."""
    case = sight.case
    today = Today(day=work.today, calendar=work.calendar, now=work.now)
    tasks = reading.open_tasks(work, case.case_id)
    return Case(
        name=person.name,
        age=age_in_words(person.birth_date, today.day),
        state=case_state(case.state),
        closed=_closed(work, case),
        pass_on_href=_pass_on_href(work, case),
        birth_date_href=_correcting_href(work, case, "cases.birth_date"),
        facts_href=_correcting_href(work, case, "cases.facts"),
        cpr_href=url_for("cases.cpr", case_id=case.case_id) if person.cpr and sight.cpr else "",
        remarks_href=url_for("cases.remarks", case_id=case.case_id)
        if answers_for(work, case)
        else "",
        looks_href=url_for("cases.looks", case_id=case.case_id),
        export_href=url_for("cases.export", case_id=case.case_id) if may_export(sight) else "",
        stops=stops_of_case(work, case.case_id),
        glimpse=glimpse(work, sight),
        tasks=_next_steps(work, tasks, today),
        ahead=_ahead(work, case),
        processes=[_process(work, row) for row in reading.instances(work, case.case_id)],
        young_person=[*reach(person, sight), *efforts(work, person, sight)],
        guardians=[guardian(each, today.day) for each in reading.guardians(work, person.id)],
        professionals=professionals(work, case, tasks),
        consents=consents(work, case),
        consents_href=url_for("consents.index", case_id=case.case_id),
        journal=entries(work, case.case_id),
        inside=case.compartment is not None,
        wish=wish(work, sight),
    )


def process_page(work: Work, person: YoungPersonRow, instance: InstanceRow) -> ProcessPage:
    """Return the page of one process."""
    definition = work.definition(instance.definition_id)
    standing = standing_of(work, instance)
    blueprint = _blueprint(work, definition)
    shown = steps(blueprint, standing)
    return ProcessPage(
        title=blueprint.name,
        who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
        case_href=url_for("cases.case", case_id=instance.case_id),
        words=_standing_in_words(work, instance),
        steps=shown,
        drawing=draw(as_definition(definition).xml, standing),
        description=_described(shown),
        version=_("Udgave %(number)s", number=definition.number),
        documentation=blueprint.documentation,
    )


def _listed(listed: Listed, today: Today) -> Row:
    person = listed.young_person
    due, href = listed.due_on, url_for("cases.case", case_id=listed.case.case_id)
    overdue = due is not None and due < today.day
    held = _("%(name)s holder tråden", name=listed.holder)
    return Row(
        what=person.name,
        href=href,
        who=age_in_words(person.birth_date, today.day),
        when=due_in_words(due, today.day, today.calendar) if due else _("ingen frist lige nu"),
        state="overdue" if overdue else "today" if due == today.day else "plain",
        why=f"{case_state(listed.case.state)} · {held}",
        act=Act(_("Åbn"), href=href),
        dated=Dated(due.isoformat(), why(listed.deadline)) if due else None,
    )


def _closed(work: Work, case: YouthCaseRow) -> str:
    if case.closed_at is None:
        return ""
    day = format_day(work.calendar.local_date(case.closed_at), work.today)
    return _("Lukket %(day)s: %(how)s", day=day, how=outcome(case.outcome or ""))


def _correcting_href(work: Work, case: YouthCaseRow, page: str) -> str:
    if case.closed_at is not None or not may_change_birth_date(work, case):
        return ""
    return url_for(page, case_id=case.case_id)


def _pass_on_href(work: Work, case: YouthCaseRow) -> str:
    if case.closed_at is not None or not may_pass_on(work, case):
        return ""
    return url_for("cases.pass_on", case_id=case.case_id)


def _next_steps(work: Work, tasks: Sequence[TaskRow], today: Today) -> list[Row]:
    people = reading.employees(work, [task.assignee_id for task in tasks])
    answers = who_answers(work, tasks)
    return [
        _task_row(work, task, _holder(task, people), answers.get(task.id, ""), today)
        for task in tasks
    ]


def _holder(task: TaskRow, people: Mapping[UUID, EmployeeRow]) -> str:
    if task.assignee_id is not None and task.assignee_id in people:
        return people[task.assignee_id].name
    return _("Ledig: %(role)s", role=role_name(task.role))


def _task_row(work: Work, task: TaskRow, name: str, answer: str, today: Today) -> Row:
    href = url_for("inbox.task", task_id=task.id)
    mine = task.assignee_id == work.actor.id
    return Row(
        what=task.title,
        href=href,
        who=_("Dig") if mine else name,
        when=when_of(task, today),
        state=state_of(task, today),
        why=" ".join(part for part in (answer, task.why_now) if part),
        act=Act(_("Åbn"), href=href) if mine else None,
        dated=dated_task(task),
    )


def _ahead(work: Work, case: YouthCaseRow) -> list[Ahead]:
    meetings = [
        _coming(work, _("Møde: %(forum)s", forum=forum.name), meeting.held_on, steps)
        for forum, meeting in reading.coming_meetings(work, case.case_id)
        if (steps := why_held(work, forum, meeting))
    ]
    starts = [
        _coming(
            work,
            _what_begins(work, timer),
            work.calendar.local_date(timer.planned_at),
            timer.payload.get("why", ()),
        )
        for timer in reading.coming_starts(work, case.case_id)
    ]
    return [*meetings, *starts]


def _coming(work: Work, label: str, day: date, steps: Reckoning) -> Ahead:
    return Ahead(label, format_day(day, work.today), dated(day, steps))


def _what_begins(work: Work, timer: TimerRow) -> str:
    """Return why a process will start: its milestone in words, else the process itself."""
    milestone = work.configuration.milestones.get((timer.start_key or "").split(":")[0])
    if milestone and (title := milestone.get("title")):
        return str(title)
    process = str(timer.payload.get("process", ""))
    return _("»%(process)s« begynder af sig selv", process=_titles(work).get(process, process))


def _titles(work: Work) -> dict[str, str]:
    query = select(DefinitionRow.process, DefinitionRow.title).order_by(DefinitionRow.number)
    return dict(work.session.execute(query).all())


def _process(work: Work, row: InstanceRow) -> Process:
    blueprint = _blueprint(work, work.definition(row.definition_id))
    open_now = row.closed_at is None
    shown = steps(blueprint, standing_of(work, row)) if open_now else []
    late = any(step.state == OVERDUE for step in shown)
    return Process(
        title=blueprint.name,
        state="overdue" if late else "here" if open_now else "done",
        words=_standing_in_words(work, row),
        steps=shown,
        href=url_for(
            "cases.process",
            case_id=row.case_id,
            instance_id=row.id,
            _anchor="her" if open_now else None,
        ),
        open=open_now,
    )


def _standing_in_words(work: Work, row: InstanceRow) -> str:
    if row.incident:
        return _("gået i stå; driften ser på det")
    if row.closed_at is None:
        return _("i gang siden %(day)s", day=_day(work, row.started_at))
    return _("færdig %(day)s", day=_day(work, row.closed_at))


def _described(shown: Sequence[Step]) -> str:
    now = [step.text for step in shown if step.state in (HERE, OVERDUE)]
    if not now:
        return _("Processen er færdig. Trinnene står i listen.")
    return _("Processen står ved: %(steps)s. Alle trin står i listen.", steps=", ".join(now))


def _blueprint(work: Work, row: DefinitionRow) -> Blueprint:
    return work.processes.inspect(as_definition(row))


def _day(work: Work, moment: datetime) -> str:
    return format_day(work.calendar.local_date(moment), work.today)
