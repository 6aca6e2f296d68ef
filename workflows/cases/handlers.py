"""What diagrams may do with the case itself: receipt, team, state, letter, coordinator."""

from datetime import date

from sqlalchemy import select

from engine.ports import Recipient, Variables
from engine.services.journal import record
from engine.services.tasks import last_answers
from engine.storage.models import InstanceRow
from engine.storage.work import Work
from workflows.cases import closing, coordination
from workflows.cases.mails import write_to, write_to_family
from workflows.cases.rules import check_state
from workflows.cases.services import REFERRAL
from workflows.cases.thread import hand_over_thread, open_youth_case, youth_case
from workflows.consent.grounds import settle_access
from workflows.forums.records import AgendaItemRow, MeetingRow
from workflows.letters import day_in_words

APPEAL = (
    "Er du ikke enig i afgørelsen? Så kan du klage. Skriv eller sig det til os inden fire uger. "
    "Vi ser på den igen, og ellers sender vi din klage videre til Ankestyrelsen."
)


def send_receipt(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Tell the referrer that the referral has come, and when it is read at the latest (`due`).

    It says nothing of the case, whoever the referrer is. Without an address it is noted in the
    journal.
    """
    youth_case(work, instance.case_id)
    written = last_answers(work, instance.case_id, REFERRAL)
    answers = written.data if written else {}
    name = str(answers.get("referrer_name") or "")
    due = date.fromisoformat(str(inputs["due"])[:10])
    write_to(
        work,
        instance.case_id,
        "receipt",
        Recipient(name=name, email=str(answers.get("referrer_email") or "")),
        f"receipt:{instance.id}",
        {"received_on": day_in_words(work.today), "due_on": day_in_words(due)},
    )
    if answers.get("referrer_email"):
        record(work, instance.case_id, "receipt_sent", due=due.isoformat())
    return {}


def place_in_team(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Put the case in `team` (1, 2, 3, or nothing: then the intake decides)."""
    team = inputs.get("team")
    case = open_youth_case(work, instance.case_id)
    coordination.place_in(work, case, None if team is None else int(team))
    settle_access(work, case.case_id, "team_changed")
    return {}


def set_case_state(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Note the `state` of the case."""
    case, wanted = open_youth_case(work, instance.case_id), str(inputs["state"])
    check_state(case.state, wanted)
    case.state = wanted
    record(work, case.case_id, "state_changed", state=wanted)
    work.flush()
    return {}


def close_case(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Close the case with `outcome`; the process that does it runs on to its end."""
    closing.close_case(work, instance.case_id, str(inputs["outcome"]), but=instance)
    return {}


def send_letter(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Send `text` to the young person, or to the guardians of one under 15.

    What was agreed, the next date and the way to appeal come from the decision. The subject of
    the message says nothing of the person; `subject` is kept with the answers.
    """
    decided = last_answers(work, instance.case_id, "decision")
    decision = decided.data if decided else {}
    follow_up = decision.get("follow_up_on")
    write_to_family(
        work,
        instance.case_id,
        "decision_letter",
        key=f"letter:{instance.id}",
        words={
            "meets_on": day_in_words(_last_meeting(work, instance)),
            "text": str(inputs["text"]),
            "agreements": str(decision.get("agreements") or "Vi har ikke aftalt andet."),
            "follow_up_on": day_in_words(date.fromisoformat(follow_up) if follow_up else None),
            "appeal_guidance": APPEAL if decision.get("is_legal_decision") == "yes" else "",
        },
    )
    record(work, instance.case_id, "letter_sent")
    return {}


def find_candidate(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Find who would coordinate in `role`. Gives `candidate_role`."""
    role = str(inputs["role"])
    case = open_youth_case(work, instance.case_id)
    found = coordination.candidate(work, case, role)
    record(work, case.case_id, "candidate_found", employee=str(found), role=role)
    return {"candidate_role": role}


def appoint_coordinator(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Appoint somebody of `role`. Gives `appointed_on` (ISO date): today."""
    case = open_youth_case(work, instance.case_id)
    owner = inputs.get("plan_owner_role")
    coordination.appoint(work, case, str(inputs["role"]), str(owner) if owner else None)
    return {"appointed_on": work.today.isoformat()}


def take_over_thread(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Make the coordinator, who has accepted, primary responsible from this instant."""
    case = open_youth_case(work, instance.case_id)
    if case.coordinator_id is not None:
        hand_over_thread(work, case, case.coordinator_id, "coordinator_accepted")
    return {}


def record_decline(work: Work, instance: InstanceRow, inputs: Variables) -> Variables:
    """Note that no coordinator is wanted. Gives `declined_on` (ISO date): today."""
    coordination.decline(work, open_youth_case(work, instance.case_id))
    return {"declined_on": work.today.isoformat()}


def _last_meeting(work: Work, instance: InstanceRow) -> date | None:
    query = (
        select(MeetingRow.held_on)
        .join(AgendaItemRow, AgendaItemRow.meeting_id == MeetingRow.id)
        .where(AgendaItemRow.case_id == instance.case_id, AgendaItemRow.status == "decided")
        .order_by(AgendaItemRow.decided_at.desc())
    )
    return work.session.scalars(query).first()
