"""What one needs of a case beside a form: who holds the thread, what was said and agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from engine.services.definitions import form_of
from engine.services.reckonings import dates_of_case
from engine.storage.models import AnswersRow
from engine.storage.work import Work
from web.absence.words import away_in_words
from web.cases.beside import in_sight, remarks_of
from web.errors import Line
from web.explaining import Dated, dated
from web.i18n import _, format_day
from web.inbox.forms import in_words
from web.words import consent_state, plan_type, purpose, why_passed_on
from workflows.access.answers import readable
from workflows.access.sight import Sight
from workflows.cases.passing_on import why_held
from workflows.cases.records import YouthCaseRow
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING
from workflows.municipalities.absences import away_today
from workflows.municipalities.records import EmployeeRow
from workflows.plans.records import GoalRow, PlanRow, PlanVersionRow

_SPOKEN = ("reason_own_words", "wished_outcome")  # of the referral: what the young person says
_WISH = "treatment_wish"  # the form that begins a case in a compartment
_PLAN = "K2"  # the class of the plan: its vision and goals
_DECISION_SHOWN = ("result", "why", "young_persons_view", "agreements", "follow_up_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the thread, since when and why, how to reach them, and whether they are away."""

    name: str
    since: str
    phone: str
    email: str
    why: str
    away: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent in one line."""

    purpose: str
    state: str
    active: bool
    detail: str
    dated: Dated | None
    withdraw_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan in force, or the one being written."""

    type: str
    status: str
    vision: str
    goals: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What stands beside the form of a task."""

    holder: Holder
    own_words: Sequence[str]
    decided: Sequence[Line]
    decided_when: str
    plan: Plan | None
    consents: Sequence[Consent]


def glimpse(work: Work, sight: Sight) -> Glimpse:
    """Return what stands beside a task of this case, as far as the actor sees it."""
    case = sight.case
    decision = _newest_answers(work, case, "decision")
    decided = _decided(work, sight, decision) if decision else ()
    return Glimpse(
        holder=holder(work, case),
        own_words=own_words(work, sight),
        decided=decided,
        decided_when=_day(work, decision.at) if decision and decided else "",
        plan=plan(work, case) if sight.sees(_PLAN) else None,
        consents=[each for each in consents(work, case) if each.active],
    )


def holder(work: Work, case: YouthCaseRow) -> Holder:
    """Return who holds the thread of the case now."""
    employee = work.session.get_one(EmployeeRow, case.primary_id)
    away = away_today(work, [case.primary_id]).get(case.primary_id)
    return Holder(
        name=employee.name,
        since=_day(work, case.primary_since),
        phone=employee.phone,
        email=employee.email,
        why=why_passed_on(why) if (why := why_held(work, case)) else "",
        away=away_in_words(work, away) if away else "",
    )


def own_words(work: Work, sight: Sight) -> list[str]:
    """Return what the young person has said they want, newest source first, as far as seen."""
    version = _newest_version(work, sight.case) if sight.sees(_PLAN) else None
    if version and version.vision:
        return [version.vision]
    referral = _newest_answers(work, sight.case, "referral")
    if referral is None or referral.definition_id is None:
        return []
    form = form_of(work.definition(referral.definition_id), referral.form)
    told = readable(work, sight, form, referral)
    remarks = remarks_of(work, [referral]).get(referral.id, {})
    said = ((str(told[key]), *remarks.get(key, ())) for key in _SPOKEN if told.get(key))
    return [words for each in said for words in each]


def wish(work: Work, sight: Sight) -> list[Line]:
    """Return what was passed in to the compartment of the case, as far as seen; nothing outside."""
    row = _newest_answers(work, sight.case, _WISH) if sight.case.compartment else None
    if row is None or row.definition_id is None:
        return []
    return list(in_sight(work, sight, [row])[row.id].values())


def plan(work: Work, case: YouthCaseRow) -> Plan | None:
    """Return the plan of the case with the goals of its newest version, or None."""
    row = work.session.scalar(select(PlanRow).where(PlanRow.case_id == case.case_id))
    version = _newest_version(work, case) if row else None
    if row is None or version is None:
        return None
    goals = work.session.scalars(
        select(GoalRow.wording).where(GoalRow.version_id == version.id).order_by(GoalRow.position)
    )
    since = format_day(row.active_on, work.today) if row.active_on else ""
    return Plan(
        type=plan_type(row.overarching),
        status=_("gælder fra %(day)s", day=since) if since else _("er ved at blive skrevet"),
        vision=version.vision,
        goals=list(goals),
    )


def consents(work: Work, case: YouthCaseRow) -> list[Consent]:
    """Return the consents of the case, those in force first."""
    rows = work.session.scalars(
        select(ConsentRow)
        .where(ConsentRow.case_id == case.case_id)
        .order_by(ConsentRow.asked_at.desc())
    )
    found = [_consent(work, row) for row in rows]
    return sorted(found, key=lambda each: not each.active)


def _consent(work: Work, row: ConsentRow) -> Consent:
    active = row.status == "active"
    return Consent(
        purpose=purpose(row.purpose),
        state=consent_state(row.status),
        active=active,
        detail=_consent_detail(work, row),
        dated=_consent_dated(work, row),
        withdraw_href=url_for("consents.withdraw", case_id=row.case_id, consent_id=row.id)
        if row.status in CARRYING
        else "",
    )


def _consent_detail(work: Work, row: ConsentRow) -> str:
    if row.status == "active" and row.expires_on:
        return _("udløber %(day)s", day=format_day(row.expires_on, work.today))
    if row.status == "withdrawn" and row.withdrawn_at:
        return _day(work, row.withdrawn_at)
    if row.status in ("asked", "partly") and row.answer_due:
        return _("svar senest %(day)s", day=format_day(row.answer_due, work.today))
    return ""


def _consent_dated(work: Work, row: ConsentRow) -> Dated | None:
    """Return the day that the detail names, if it was worked out."""
    open_now = row.status in ("asked", "partly")
    day = row.expires_on if row.status == "active" else row.answer_due if open_now else None
    return dated(day, dates_of_case(work, row.case_id).get(day.isoformat(), ())) if day else None


def _decided(work: Work, sight: Sight, row: AnswersRow) -> list[Line]:
    if row.definition_id is None:
        return []
    form = form_of(work.definition(row.definition_id), row.form)
    told = readable(work, sight, form, row)
    shown = {key: told.get(key) for key in _DECISION_SHOWN}
    return in_words(form, shown, remarks_of(work, [row]).get(row.id))


def _newest_answers(work: Work, case: YouthCaseRow, form: str) -> AnswersRow | None:
    query = select(AnswersRow).where(AnswersRow.case_id == case.case_id, AnswersRow.form == form)
    return work.session.scalars(query.order_by(AnswersRow.at.desc()).limit(1)).first()


def _newest_version(work: Work, case: YouthCaseRow) -> PlanVersionRow | None:
    query = (
        select(PlanVersionRow)
        .join(PlanRow, PlanRow.id == PlanVersionRow.plan_id)
        .where(PlanRow.case_id == case.case_id)
        .order_by(PlanVersionRow.number.desc())
        .limit(1)
    )
    return work.session.scalars(query).first()


def _day(work: Work, moment: datetime) -> str:
    return format_day(work.calendar.local_date(moment), work.today)
