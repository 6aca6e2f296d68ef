"""What sharing rests on, and what stops when it is withdrawn."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from engine.domain.errors import Conflict, NotFound
from engine.ports import SYSTEM, Recipient
from engine.services.outbox import queue_mail
from engine.storage.models import JournalRow, OutboxRow, TimerRow
from engine.storage.work import Casework, Work
from tests.workflows.conftest import MALTE, Life
from workflows.cases.records import YouthCaseRow
from workflows.consent.grounds import may_share
from workflows.consent.records import ConsentAnswerRow, ConsentRow
from workflows.consent.rules import status_after
from workflows.consent.services import signatories, withdraw_consent
from workflows.forums.records import AgendaItemRow
from workflows.people.parties import UNKNOWN_GUARDIAN, party_name
from workflows.people.records import GuardianRow


@pytest.fixture
def agreed(refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]) -> Life:
    """A case on the agenda of team 1, to which both parents have agreed."""
    life = living(refer().case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor"])
    life.do("record_answer", answer="yes", channel="mitid")
    life.do("record_answer", answer="yes", channel="oral", note="Sagt i telefonen.")
    return life


def consent(life: Life) -> ConsentRow:
    """The only consent of the case."""
    (row,) = life.all(ConsentRow)
    return row


def withdrawn(life: Life, channel: str = "oral") -> None:
    """The consent is withdrawn."""
    consent_id = consent(life).id
    life.casework.act(SYSTEM, lambda work: withdraw_consent(work, consent_id, channel))


def shares(life: Life) -> bool:
    """Whether anything may be shared."""
    with life.casework.work(SYSTEM) as work:
        return may_share(work, life.case_id)


@pytest.mark.parametrize(
    ("answers", "status"),
    [({}, "asked"), ({"a": "yes"}, "partly"), ({"a": "yes", "b": "no"}, "partly")],
)
def test_a_consent_is_partly_given_by_the_first_yes(answers: dict[str, str], status: str) -> None:
    assert status_after(["a", "b"], answers) == status


def test_a_consent_of_all_carries_the_sharing_for_a_year(agreed: Life) -> None:
    row = consent(agreed)

    assert (row.status, row.giver, row.expires_on) == ("active", "guardians", date(2027, 3, 2))
    assert shares(agreed)


def test_it_is_asked_for_again_thirty_days_before_it_expires(agreed: Life) -> None:
    starts = {timer.start_key: timer for timer in agreed.all(TimerRow) if timer.kind == "start"}

    renewal = starts[f"consent_renewal:{consent(agreed).id}"]
    assert renewal.due_at.date() == date(2027, 1, 29)  # the Friday before Sunday 31 January
    assert renewal.payload["inputs"] == {"purpose": "renewal", "due": "2027-03-01"}


def test_the_day_it_expires_nothing_may_be_shared(agreed: Life) -> None:
    def expire(work: Work) -> bool:
        work.session.get_one(ConsentRow, consent(agreed).id).expires_on = work.today
        return may_share(work, agreed.case_id)

    assert agreed.casework.act(SYSTEM, expire) is False


def test_an_answer_is_kept_with_way_and_writer(agreed: Life, staff: dict[str, UUID]) -> None:
    with agreed.casework.work(SYSTEM) as work:
        rows = work.session.scalars(select(ConsentAnswerRow).order_by(ConsentAnswerRow.channel))
        kept = [(row.answer, row.channel, row.note, row.recorded_by_id) for row in rows]

    assert kept == [
        ("yes", "mitid", "", staff["intake"]),
        ("yes", "oral", "Sagt i telefonen.", staff["intake"]),
    ]


def test_the_journal_says_who_answered_but_not_what_was_noted(agreed: Life) -> None:
    told = [row.data for row in agreed.all(JournalRow) if row.act == "consent_answered"]

    assert len(told) == 2
    assert all(set(data) == {"consent", "party", "answer"} for data in told)


def test_guardians_whom_nobody_knows_are_asked_for_never_passed_over(
    town: Casework, case: YouthCaseRow
) -> None:
    def forget(work: Work) -> list[str]:
        for guardian in work.session.scalars(select(GuardianRow)):
            guardian.until = work.today
        work.flush()
        return signatories(work, case.case_id, "guardians")

    assert town.act(SYSTEM, forget) == [UNKNOWN_GUARDIAN]


def test_an_unknown_guardian_has_a_name_to_show(town: Casework, case: YouthCaseRow) -> None:
    with town.work(SYSTEM) as work:
        name = party_name(work, case.case_id, UNKNOWN_GUARDIAN)

    assert name == "Forældremyndighedsindehaver (ikke registreret)"


def test_the_law_may_ask_both(town: Casework, case: YouthCaseRow) -> None:
    with town.work(SYSTEM) as work:
        asked = signatories(work, case.case_id, "both")

    assert len(asked) == 3
    assert asked[0] == "young_person"


def test_withdrawing_stops_the_sharing_at_once(agreed: Life) -> None:
    withdrawn(agreed)

    row = consent(agreed)
    assert (row.status, row.withdrawn_channel) == ("withdrawn", "oral")
    assert not shares(agreed)


def test_withdrawing_takes_the_case_off_the_agenda(agreed: Life) -> None:
    withdrawn(agreed)

    assert [item.status for item in agreed.all(AgendaItemRow)] == ["withdrawn"]


def test_a_case_that_left_the_agenda_waits_for_consent_again(agreed: Life) -> None:
    withdrawn(agreed)

    assert agreed.case.state == "awaiting_consent"


def test_nobody_is_asked_to_contribute_after_a_withdrawal(agreed: Life) -> None:
    assert agreed.open_tasks("contribution")

    withdrawn(agreed)

    assert agreed.open_tasks("contribution") == []


def test_nobody_prepares_or_decides_what_was_released_before_a_withdrawal(agreed: Life) -> None:
    (meeting,) = agreed.all_meetings()
    agreed.until(meeting.cut_off_at)
    assert agreed.open_tasks("prepare")

    withdrawn(agreed)

    assert agreed.open_tasks("prepare") == []
    agreed.until(meeting.cut_off_at + timedelta(days=10))
    assert agreed.open_tasks("decide") == []


def test_a_narrower_consent_brings_a_stopped_case_before_the_team_again(agreed: Life) -> None:
    (meeting,) = agreed.all_meetings()
    agreed.until(meeting.cut_off_at)
    withdrawn(agreed)
    agreed.do("tell_recipients")
    agreed.do("assess_impact", outcome="narrowed")
    agreed.do("record_answer", answer="yes", channel="mitid")
    agreed.do("record_answer", answer="yes", channel="mitid")

    assert [item.status for item in agreed.all(AgendaItemRow)] == ["withdrawn", "waiting"]
    assert agreed.case.state == "on_agenda"


def test_withdrawing_keeps_back_what_has_not_left_for_others(agreed: Life) -> None:
    agreed.casework.act(SYSTEM, lambda work: _queue(work, agreed.case_id, "skole@example.org"))
    agreed.casework.act(SYSTEM, lambda work: _queue(work, agreed.case_id, MALTE.email))

    withdrawn(agreed)

    left = {row.recipient for row in agreed.outbox()}
    assert "skole@example.org" not in left
    assert MALTE.email in left


def test_withdrawing_leaves_what_has_been_sent(agreed: Life) -> None:
    def sent(work: Work) -> None:
        _queue(work, agreed.case_id, "skole@example.org")
        work.flush()
        for mail in work.session.scalars(select(OutboxRow)):
            mail.sent_at = work.now

    agreed.casework.act(SYSTEM, sent)
    withdrawn(agreed)

    assert "skole@example.org" in {row.recipient for row in agreed.outbox()}


def test_withdrawing_gives_the_two_tasks_that_follow(agreed: Life) -> None:
    withdrawn(agreed)

    assert {("tell_recipients", "2026-03-03"), ("assess_impact", "2026-03-09")} <= agreed.due()


def test_withdrawing_takes_back_the_renewal(agreed: Life) -> None:
    withdrawn(agreed)

    (renewal,) = [
        timer for timer in agreed.all(TimerRow) if (timer.start_key or "").startswith("consent_")
    ]
    assert renewal.outcome == "cancelled"


def test_a_withdrawn_consent_cannot_be_withdrawn_again(agreed: Life) -> None:
    withdrawn(agreed)

    with pytest.raises(Conflict):
        withdrawn(agreed)


def test_a_consent_nobody_knows_cannot_be_withdrawn(town: Casework) -> None:
    with pytest.raises(NotFound):
        town.act(SYSTEM, lambda work: withdraw_consent(work, uuid4(), "oral"))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("single_effort", "active_single"),
        ("continued_on_statute", "active_single"),
        ("closed_no_basis", "closed"),
    ],
)
def test_what_follows_a_withdrawal_is_confirmed_to_the_family(
    agreed: Life, outcome: str, state: str
) -> None:
    withdrawn(agreed)
    agreed.do("tell_recipients")
    agreed.do("assess_impact", outcome=outcome, statute="Barnets lov")

    assert agreed.case.state == state
    confirmed = {to for kind, to in agreed.mails() if kind == "consent_withdrawn"}
    assert confirmed == {"far@borger.example", "mor@borger.example"}


def test_a_narrower_consent_is_asked_for_after_a_withdrawal(agreed: Life) -> None:
    withdrawn(agreed)
    agreed.do("tell_recipients")
    agreed.do("assess_impact", outcome="narrowed")

    assert {row.purpose: row.status for row in agreed.all(ConsentRow)} == {
        "team_assessment": "withdrawn",
        "narrowed": "asked",
    }


def test_one_no_is_a_no(refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]) -> None:
    life = living(refer().case_id)
    life.do("screening", effort="team", disciplines=["uu_counsellor"])
    life.do("record_answer", answer="no", channel="mitid")

    assert consent(life).status == "refused"
    assert [task.element for task in life.open_tasks()] == ["decide_without_consent"]


def _queue(work: Work, case_id: UUID, to: str) -> None:
    queue_mail(
        work,
        key=f"test:{to}",
        kind="test",
        to=Recipient(name=to, email=to),
        subject="Brev",
        body="Brev",
        case_id=case_id,
    )
