"""The journal in plain sentences: one for each act that has a meaning for people."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.storage.models import DefinitionRow, InstanceRow, JournalRow, TaskRow
from engine.storage.work import Work
from web.i18n import N_, _, format_day, full_stop, moment_in_words, ngettext
from web.reasons import reason
from web.words import basis, case_state, channel, outcome, rung, why_birth_date
from workflows.municipalities.records import EmployeeRow

SHOWN = 120
SYSTEM = N_("Systemet")

_SENTENCES = {
    "case_opened": N_("Sagen blev åbnet. %(primary)s fik ansvaret."),
    "case_reopened": N_("Sagen blev åbnet igen. %(primary)s fik ansvaret."),
    "case_closed": N_("Sagen blev lukket: %(outcome)s."),
    "state_changed": N_("Sagen er nu: %(state)s."),
    "glass_broken": N_("En medarbejder uden del i sagen åbnede den med en begrundelse."),
    "information_added": N_("Der kom nye oplysninger i en ny henvisning."),
    "receipt_sent": N_("Henviseren fik en kvittering."),
    "process_started": N_("»%(process)s« begyndte."),
    "process_finished": N_("»%(process)s« blev færdig."),
    "process_cancelled": N_("»%(process)s« blev stoppet."),
    "task_opened": N_("Opgaven »%(task)s« kom på listen, frist %(due_on)s."),
    "task_claimed": N_("Tog opgaven »%(task)s«."),
    "task_released": N_("Lagde opgaven »%(task)s« tilbage."),
    "task_completed": N_("Afsluttede »%(task)s«."),
    "task_cancelled": N_("Opgaven »%(task)s« bortfaldt."),
    "task_taken_over": N_("Tog opgaven »%(task)s« over for %(former)s."),
    "task_moved": N_("Opgaven »%(task)s« gik videre til %(to)s."),
    "rung_fired": N_("%(rung)s: »%(task)s«."),
    "thread_passed_on": N_("%(to)s holder nu tråden efter %(former)s."),
    "team_placed": N_("Sagen kom til team %(team)s."),
    "team_left_open": N_("Intet team passede. Modtagelsen beholder sagen."),
    "candidate_found": N_("%(employee)s kan blive tovholder."),
    "coordinator_appointed": N_("%(employee)s blev tovholder."),
    "coordinator_declined": N_("Den unge sagde nej til en tovholder."),
    "plan_owner_named": N_("%(employee)s blev ansvarlig for planen."),
    "consent_asked": N_("Der blev bedt om samtykke."),
    "consent_answered": N_("Et svar på samtykket blev skrevet ind."),
    "consent_activated": N_("Samtykket gælder nu."),
    "consent_refused": N_("Der blev sagt nej til samtykke."),
    "consent_superseded": N_("Et ældre samtykke blev afløst."),
    "consent_withdrawn": N_(
        "Samtykket blev trukket tilbage (%(channel)s). Det, der byggede på det, stoppede."
    ),
    "consent_expired": N_("Samtykket udløb. Det, der byggede på det, stoppede."),
    "consent_objected_to": N_("En forælder sagde nej til det, den unge har givet lov til."),
    "legal_basis_used": N_("Noget blev delt uden samtykke: %(basis)s."),
    "told_of_legal_basis": N_("Den unge fik at vide, hvad der blev delt: %(basis)s."),
    "invitation_cancelled": N_("En udenfor huset fik besked om, at mødet er aflyst."),
    "withdrawal_confirmed": N_("Familien fik besked om, hvad tilbagetrækningen betyder."),
    "sharing_suspended": N_("Delingen er sat på pause, fordi der mangler svar."),
    "item_placed": N_("Sagen kom på dagsordenen."),
    "wait_too_long": N_("Der er længere til mødet, end der må være. Lederen har fået besked."),
    "agenda_item_withdrawn": N_("Sagen blev taget af dagsordenen."),
    "material_released": N_("Materialet blev frigivet til mødets deltagere."),
    "material_held_back": N_("Materialet blev holdt tilbage, for der er intet samtykke."),
    "decision_recorded": N_("Mødets beslutning blev skrevet ind."),
    "agreement_made": N_("Mødet aftalte »%(task)s« med %(employee)s."),
    "table_composed": N_("Det er bestemt, hvem der sidder med den unge på mødet."),
    "item_moved": N_("Punktet er flyttet til et andet møde."),
    "item_with_leader": N_("Lederen skal finde en, der kan beslutte punktet."),
    "letter_on_paper": N_("Et brev skal sendes på papir, for der er ingen mailadresse."),
    "letter_sent": N_("Et brev blev sendt."),
    "mail_cancelled": N_("En besked blev holdt tilbage."),
    "message_expired": N_("En besked i sagen fandt ingen modtager. Driften ser på det."),
    "incident": N_("Noget gik i stå. Driften ser på det."),
    "process_moved": N_("»%(process)s« flyttede til en anden udgave af processen."),
    "move_undone": N_("»%(process)s« flyttede tilbage til sin tidligere udgave."),
    "answer_tried_again": N_("Svaret på »%(task)s« blev prøvet igen og førte videre."),
    "answer_corrected": N_("Svaret på »%(task)s« blev rettet, for: %(why)s."),
    "deadline_changed": N_("Fristen for »%(task)s« er nu %(after)s, før %(before)s, for: %(why)s."),
    "deadline_suspended": N_("Satte fristen for »%(task)s« i bero til og med %(until)s."),
    "deadline_resumed": N_("Lod fristen for »%(task)s« løbe igen."),
    "deadline_extended": N_("Forlængede fristen for »%(task)s«."),
    "deadline_days_undone": N_("Fortrød, at fristen for »%(task)s« var i bero eller forlænget."),
    "rungs_moved": N_("Påmindelser og eskaleringer for »%(task)s« er flyttet."),
    "start_moved": N_("Noget, der begynder af sig selv, begynder nu %(after)s, før %(before)s."),
    "timer_changed": N_(
        "En ventetid i »%(process)s« slutter nu %(after)s, før %(before)s, for: %(why)s."
    ),
    "incident_retried": N_("Driften bad systemet om at prøve igen."),
    "incident_dismissed": N_("Driften har taget sig af det, der gik i stå."),
    "plan_drafted": N_("Planen blev skrevet."),
    "plan_activated": N_("Planen gælder nu."),
    "plan_type_changed": N_("Planen skiftede slags."),
    "follow_up_held": N_("Opfølgningen blev holdt."),
    "handover_opened": N_("Overgangen til 18 år begyndte."),
    "handover_offered": N_("Overgangen blev tilbudt en modtager."),
    "handover_rejected": N_("Modtageren sagde nej til overgangen."),
    "handover_accepted": N_("Modtageren sagde ja til overgangen."),
    "handover_settled": N_("Lederforum afgjorde overgangen."),
    "handover_passed_on": N_("%(to)s har nu overgangen til 18 år efter %(former)s."),
    "handover_without_owner": N_("Ingen har overgangen til 18 år. Lederen har fået en opgave."),
    "handover_owned": N_("Overgangen til 18 år har igen en, der har den."),
    "birth_date_changed": N_(
        "Fødselsdatoen blev rettet fra %(old_date)s til %(new_date)s, for: %(why_date)s."
    ),
    "school_changed": N_("Skolen blev rettet. Frister i skoledage følger den nye skoles kalender."),
    "post_changed": N_("Det blev rettet, om den unge får breve i Digital Post."),
    "milestone_moved": N_("»%(milestone)s« er flyttet til %(new_date)s, før %(old_date)s."),
    "milestone_reached": N_("»%(milestone)s«."),
    "annotated": N_("Det, den unge siger er forkert eller mangler, blev skrevet ved en tekst."),
    "erasure_proposed": N_("Det blev foreslået at slette den unge."),
    "erasure_held": N_("Sletningen blev holdt tilbage."),
    "erasure_released": N_("Sletningen blev givet fri."),
    "text_erased": N_("Alt, der var skrevet, blev slettet."),
    "turned_adult": N_("Den unge fyldte 18 år og er nu i team %(team)s."),
}
# What the machine notes for itself; the step list and the deadlines tell people the same.
_SILENT = {
    "table_decided",
    "timer_fired",
    "start_fired",
    "access_opened",
    "access_closed",
    "text_kept",
}
_EMPLOYEES = ("primary", "to", "former", "employee", "coordinator", "receiver")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal."""

    when: str
    at: str
    what: str
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Names:
    employees: Mapping[str, str]
    tasks: Mapping[str, str]
    processes: Mapping[str, str]


def entries(work: Work, case_id: UUID, limit: int = SHOWN) -> list[Entry]:
    """Return what has happened in the case, newest first: one entry for what was done at once."""
    query = select(JournalRow).where(JournalRow.case_id == case_id, JournalRow.act.not_in(_SILENT))
    rows = work.session.scalars(query.order_by(JournalRow.seq.desc()).limit(limit)).all()
    names = _names(work, case_id, rows)
    acts = [list(act) for _moment_and_who, act in groupby(rows, key=lambda r: (r.at, r.actor_id))]
    return [_entry(work, act[::-1], names) for act in acts]


def _entry(work: Work, rows: Sequence[JournalRow], names: _Names) -> Entry:
    first = rows[0]
    sentences = said_once(_sentence(work, row, names) for row in rows)
    late = next((said for row in rows if (said := _late(work, row))), "")
    return Entry(
        when=moment_in_words(work, first.at),
        at=first.at.isoformat(),
        what=sentences[0],
        who=names.employees.get(str(first.actor_id), _(SYSTEM)) if first.actor_id else _(SYSTEM),
        note=" ".join([*sentences[1:], *([late] if late else [])]),
    )


def said_once(sentences: Iterable[str]) -> list[str]:
    """Return each sentence once, in the order in which they came, with how often it was said."""
    return [
        f"{each.removesuffix('.')} ({ngettext('%(num)d gang', '%(num)d gange', times)})."
        if times > 1
        else each
        for each, times in Counter(sentences).items()
    ]


def _sentence(work: Work, row: JournalRow, names: _Names) -> str:
    template = _SENTENCES.get(row.act)
    if template is None:
        return row.act.replace("_", " ").capitalize() + "."
    return full_stop(_(template, **_values(work, row.data, names)))


def _values(work: Work, data: Mapping[str, Any], names: _Names) -> Mapping[str, str]:
    """Return what the sentences may name; what is missing is said in general."""
    people = {
        key: names.employees.get(str(data.get(key)), _("en medarbejder")) for key in _EMPLOYEES
    }
    due_on = data.get("due_on")
    instance = names.processes.get(str(data.get("instance")), "")
    return {
        **people,
        "task": names.tasks.get(str(data.get("task"))) or _("en opgave"),
        "process": instance or str(data.get("process", _("en proces"))),
        "due_on": format_day(date.fromisoformat(due_on), work.today) if due_on else _("uden frist"),
        "rung": rung(str(data.get("rung", ""))),
        "outcome": outcome(str(data.get("outcome") or "")),
        "state": case_state(str(data.get("state", ""))),
        "channel": channel(str(data.get("channel", ""))),
        "basis": basis(str(data.get("basis", ""))),
        "team": str(data.get("team", "")),
        "why": reason(str(data.get("why", ""))),
        "milestone": _milestone(work, data.get("milestone")),
        "until": _date(work, data.get("until")),
        "old_date": _date(work, data.get("old_date")),
        "new_date": _date(work, data.get("new_date")),
        "why_date": why_birth_date(str(data.get("why", ""))),
        "before": _at(work, data.get("before")),
        "after": _at(work, data.get("after")),
    }


def _late(work: Work, row: JournalRow) -> str:
    """Say when something came later than planned: after the machines had stood still."""
    planned = row.data.get("planned_at")
    if not planned or row.act != "rung_fired":
        return ""
    moment = datetime.fromisoformat(planned)
    on_day = work.calendar.local_date(moment) == work.calendar.local_date(row.at)
    return "" if on_day else _("Skulle være sket %(when)s.", when=moment_in_words(work, moment))


def _names(work: Work, case_id: UUID, rows: Sequence[JournalRow]) -> _Names:
    employees = {str(row.actor_id) for row in rows if row.actor_id}
    employees |= {str(row.data[key]) for row in rows for key in _EMPLOYEES if row.data.get(key)}
    tasks = select(TaskRow.id, TaskRow.title).where(TaskRow.case_id == case_id)
    processes = (
        select(InstanceRow.id, DefinitionRow.title)
        .join(DefinitionRow, DefinitionRow.id == InstanceRow.definition_id)
        .where(InstanceRow.case_id == case_id)
    )
    people = select(EmployeeRow.id, EmployeeRow.name).where(
        EmployeeRow.id.in_([found for each in employees if (found := _uuid(each))])
    )
    return _Names(
        employees={str(key): name for key, name in work.session.execute(people)},
        tasks={str(key): title for key, title in work.session.execute(tasks)},
        processes={str(key): title for key, title in work.session.execute(processes)},
    )


def _at(work: Work, moment: object) -> str:
    return moment_in_words(work, datetime.fromisoformat(moment)) if isinstance(moment, str) else ""


def _date(work: Work, day: object) -> str:
    found = date.fromisoformat(day) if isinstance(day, str) else None
    return format_day(found, work.today) if found else _("ingen dato")


def _milestone(work: Work, name: object) -> str:
    return str(work.configuration.milestones.get(str(name), {}).get("title", name))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
