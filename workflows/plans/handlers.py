"""What diagrams may do with plans and follow-ups."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select

from engine.domain.errors import InvalidAnswers, NotFound
from engine.domain.parameters import parse_period
from engine.ports import Json, Variables
from engine.services.journal import record
from engine.services.tasks import last_answers
from engine.storage.models import AnswersRow, InstanceRow
from engine.storage.work import Work
from workflows.plans.records import FollowUpRow, GoalRow, PlanRow, PlanVersionRow
from workflows.plans.rules import is_within, lines_of, listed

FORM, FOLLOW_UP_FORM = "plan", "follow_up"

_PLAN = select(PlanRow).where(PlanRow.case_id == bindparam("case_id"))
# Whether the case `case_id` has a plan, or one is being written now; a column of a query.
HAS_PLAN = or_(
    _PLAN.exists(),
    exists().where(
        InstanceRow.case_id == bindparam("case_id"),
        InstanceRow.process == FORM,
        InstanceRow.closed_at.is_(None),
    ),
)


def save_plan_draft(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Make a draft version of the plan from what was last written in the form `plan`.

    Gives `plan_id` and `sector_owners`: the roles that confirm their part.
    """
    written = last_answers(work, instance.case_id, FORM)
    answers = written.data if written else {}
    plan = _plan_of(work, instance.case_id) or _new_plan(work, instance.case_id, inputs)
    plan.overarching = str(inputs["overarching"])
    plan.sector_plans = listed(inputs.get("sector_plans"))
    version = _new_version(work, plan, written)
    _write_goals(work, version, answers)
    record(work, instance.case_id, "plan_drafted", plan=str(plan.id), version=version.number)
    work.flush()
    return {"plan_id": str(plan.id), "sector_owners": list(answers.get("sector_owners") or [])}


def activate_plan(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Let the newest version be the plan. Gives `active_on` (ISO date). Raises `NotFound`."""
    plan = _plan_of(work, instance.case_id)
    if plan is None or str(plan.id) != str(inputs["plan_id"]):
        raise NotFound("Planen findes ikke i sagen.")
    versions = _versions(work, plan)
    for version in versions[:-1]:
        version.status = "superseded"
    versions[-1].status = "active"
    plan.status, plan.active_on = "active", work.today
    record(work, instance.case_id, "plan_activated", plan=str(plan.id), version=versions[-1].number)
    work.flush()
    return {"active_on": work.today.isoformat()}


def record_follow_up(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Keep a follow-up that was due on `due`; the next is `interval` away.

    Raises `InvalidAnswers` for an interval outside the bounds of the parameters.
    """
    interval = str(inputs["interval"])
    _check_interval(work, interval)
    written = last_answers(work, instance.case_id, FOLLOW_UP_FORM)
    answers = written.data if written else {}
    follow_up = FollowUpRow(
        case_id=instance.case_id,
        due_on=date.fromisoformat(str(inputs["due"])[:10]),
        held_on=date.fromisoformat(answers.get("held_on") or work.today.isoformat()),
        meaning=_number(answers.get("meaning")),
        meetings=_number(answers.get("meetings_count")),
        adjustment=str(answers.get("adjust") or "keep"),
        interval=interval,
        recorded_by_id=work.actor.id,
        recorded_at=work.now,
    )
    work.session.add(follow_up)
    record(work, instance.case_id, "follow_up_held", follow_up=str(follow_up.id))
    return {}


def reevaluate(work: Work, case_id: UUID, overarching: str, sector_plans: list[str]) -> None:
    """Let the plan of the case, if it has one, be of the type that the table gives now."""
    plan = _plan_of(work, case_id)
    if plan is None or plan.overarching == overarching:
        return
    plan.overarching, plan.sector_plans = overarching, sector_plans
    record(work, case_id, "plan_type_changed", plan=str(plan.id), overarching=overarching)


def _plan_of(work: Work, case_id: UUID) -> PlanRow | None:
    return work.session.scalar(_PLAN, {"case_id": case_id})


def _new_plan(work: Work, case_id: UUID, inputs: Variables) -> PlanRow:
    plan = PlanRow(case_id=case_id, overarching=str(inputs["overarching"]))
    work.session.add(plan)
    work.flush()
    return plan


def _versions(work: Work, plan: PlanRow) -> list[PlanVersionRow]:
    query = select(PlanVersionRow).where(PlanVersionRow.plan_id == plan.id)
    return list(work.session.scalars(query.order_by(PlanVersionRow.number)))


def _new_version(work: Work, plan: PlanRow, written: AnswersRow | None) -> PlanVersionRow:
    work.flush()  # the answers come before the version that names them
    highest = work.session.scalar(
        select(func.max(PlanVersionRow.number)).where(PlanVersionRow.plan_id == plan.id)
    )
    version = PlanVersionRow(
        plan_id=plan.id,
        number=(highest or 0) + 1,
        answers_id=written.id if written else None,
        vision=str(written.data.get("vision") or "") if written else "",
        written_at=work.now,
    )
    work.session.add(version)
    work.flush()
    return version


def _write_goals(work: Work, version: PlanVersionRow, answers: Mapping[str, Json]) -> None:
    goal = GoalRow(version_id=version.id, position=1, wording=str(answers.get("goal") or ""))
    work.session.add(goal)
    work.flush()
    for position, wording in enumerate(lines_of(answers.get("sub_goals")), 2):
        work.session.add(
            GoalRow(version_id=version.id, position=position, parent_id=goal.id, wording=wording)
        )


def _check_interval(work: Work, interval: str) -> None:
    least = work.parameters.period("plan.followup.min")
    most = work.parameters.period("plan.followup.max")
    try:
        fits = is_within(parse_period(interval), least, most)
    except ValueError:
        fits = False
    if not fits:
        between = f"{least.in_danish()} og {most.in_danish()}"
        raise InvalidAnswers({"interval": f"Næste opfølgning skal være mellem {between} fra nu."})


def _number(value: Json) -> int | None:
    return int(value) if value is not None and str(value).strip() else None
