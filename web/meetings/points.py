"""The points of an agenda, each as the reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.storage.models import TaskRow
from engine.storage.work import Work
from web.cases.looking import shown
from web.explaining import dated_task
from web.i18n import _, age_in_words, format_day, ngettext
from web.inbox.presenters import Act
from web.inbox.reading import WhoItIsAbout, names_of, young_people
from web.meetings import words
from web.meetings.days import RECORD, Day
from web.words import role_name
from workflows.forums.agreements import agreements_of
from workflows.forums.attendance import chairs, quorum
from workflows.forums.records import AgendaItemRow, AgreementRow, MeetingRow, SeatingRow
from workflows.forums.seating import seatings_of
from workflows.forums.states import ON_AGENDA
from workflows.municipalities.directory import LEADER_FORUM
from workflows.municipalities.records import ForumRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A line of the minutes."""

    goal: str
    agreement: str
    owner: str
    due: Day
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item as the reader may see it: without `href` they may not open the case."""

    what: str
    href: str
    reason: str
    status: str
    chip: str
    needs: str
    missing: str
    result: str
    agreed: Sequence[Agreed]
    act: Act | None
    table: str
    table_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What the points of one meeting are drawn from, loaded once."""

    work: Work
    meeting: MeetingRow
    leading: bool
    known: set[UUID]
    people: Mapping[UUID, WhoItIsAbout]
    names: Mapping[UUID, str]
    agreed: Mapping[UUID, Sequence[AgreementRow]]
    tasks: Mapping[UUID, TaskRow]
    tables: Mapping[UUID, SeatingRow]

    @classmethod
    def of(
        cls,
        work: Work,
        forum: ForumRow,
        meeting: MeetingRow,
        items: Sequence[AgendaItemRow],
        leading: bool,
    ) -> "Points":
        """Load what the items of the meeting are drawn from."""
        cases = {item.case_id for item in items if item.status in (*ON_AGENDA, "decided")}
        known = set() if forum.type == LEADER_FORUM else shown(work, cases, "meeting")
        rows = agreements_of(work, [item.id for item in items])
        tasks = [row.task_id for row in rows] + [item.task_id for item in items]
        by_item: dict[UUID, list[AgreementRow]] = {}
        for row in rows:
            by_item.setdefault(row.item_id, []).append(row)
        substitutes = [
            one.attendance.substitute_id for one in chairs(work, meeting) if one.attendance
        ]
        return cls(
            work=work,
            meeting=meeting,
            leading=leading,
            known=known,
            people=young_people(work, known),
            names=names_of(work, [*(row.owner_id for row in rows), *substitutes]),
            agreed=by_item,
            tasks=_tasks(work, [each for each in tasks if each]),
            tables=seatings_of(work, [item.id for item in items]),
        )

    def item(self, item: AgendaItemRow) -> Item:
        """Return the item; who it is about only for those who may know."""
        may_know = item.case_id in self.known
        on_agenda = item.status in ON_AGENDA
        return Item(
            what=self._what(item, may_know),
            href=url_for("cases.case", case_id=item.case_id) if may_know else "",
            reason=words.reason_words(item.reason),
            status=words.item_words(item.status),
            chip=words.item_chip(item.status),
            needs=", ".join(role_name(role) for role in item.disciplines) if on_agenda else "",
            missing=self._missing(item),
            result=words.result_words(item.result) if self._may_read(item, may_know) else "",
            agreed=self._agreed(item) if self._may_read(item, may_know) else (),
            act=self._act(item),
            table=self._table(item) if may_know else "",
            table_href=url_for("meetings.seating", item_id=item.id)
            if may_know and self.leading and on_agenda and item.task_id is None
            else "",
        )

    def _table(self, item: AgendaItemRow) -> str:
        row = self.tables.get(item.id)
        if row is None:
            return ""
        if not row.people:
            return _("Den unge kommer ikke selv.")
        return ngettext(
            "%(num)d fagperson sidder sammen med den unge.",
            "%(num)d fagpersoner sidder sammen med den unge.",
            len(row.people),
        )

    def _may_read(self, item: AgendaItemRow, may_know: bool) -> bool:
        return may_know or item.task_id is not None

    def _what(self, item: AgendaItemRow, may_know: bool) -> str:
        if may_know:
            one = self.people[item.case_id]
            return f"{one.first_name}, {age_in_words(one.birth_date, self.work.today)}"
        task = self.tasks.get(item.task_id) if item.task_id else None
        return task.title if task else _("Et punkt, du ikke kan se")

    def _missing(self, item: AgendaItemRow) -> str:
        if not self.leading or self.meeting.state != "held" or item.status != "released":
            return ""
        found = quorum(self.work, self.meeting, item)
        if found.missing:
            roles = ", ".join(role_name(role) for role in found.missing)
            return _("Mangler med mandat: %(roles)s", roles=roles)
        if found.too_few:
            return ngettext(
                "Mangler %(num)d fagområde", "Mangler %(num)d fagområder", found.too_few
            )
        return ""

    def _act(self, item: AgendaItemRow) -> Act | None:
        on = item.status in ("released", "with_leader") or item.task_id or item.reason == "handover"
        if not (self.leading and self.meeting.state == "held" and on and item.status in ON_AGENDA):
            return None
        href = url_for("meetings.item", meeting_id=self.meeting.id, item_id=item.id)
        return Act(_("Beslut punktet"), href=href)

    def _agreed(self, item: AgendaItemRow) -> list[Agreed]:
        return [self._line(row) for row in self.agreed.get(item.id, ())]

    def _line(self, row: AgreementRow) -> Agreed:
        task = self.tasks.get(row.task_id) if row.task_id else None
        return Agreed(
            goal=row.goal,
            agreement=row.agreement,
            owner=self.names.get(row.owner_id, ""),
            due=_due_of(self.work, row, task),
            done=_("gjort") if task and task.status == "completed" else _("ikke gjort endnu"),
        )


def _due_of(work: Work, row: AgreementRow, task: TaskRow | None) -> Day:
    """Return by when, as the task counted it; of record where there is none, or another day."""
    said = format_day(row.due_on, work.today)
    if task is not None and task.due_on == row.due_on:
        return Day(value=said, dated=dated_task(task))
    return Day(value=said, record=RECORD)


def _tasks(work: Work, task_ids: Sequence[UUID]) -> Mapping[UUID, TaskRow]:
    query = select(TaskRow).where(TaskRow.id.in_(list(task_ids)))
    return {row.id: row for row in work.session.scalars(query)}
