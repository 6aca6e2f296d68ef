"""What is posted outside is answered alike with and without a treatment in the compartment.

Every form of every route, to every object of either house, by everybody outside, with a valid token
and taken back: status, headers, bytes, statements and how many rows each found or touched, of the
answer and of the page it leads to.
"""

import pytest
from sqlalchemy import update

from engine.ports import SYSTEM
from engine.storage.models import IncidentRow
from engine.storage.work import Work
from tests.access.houses import VIEWERS, Pair
from tests.access.posting import apart

pytestmark = pytest.mark.wide

POSTING = (*VIEWERS, "intake", "leader_ungecenter")
# Taken from nobody in these houses: there is nothing to do it to, or it asks for a secret.
NEVER = {
    *(
        "absence.end",
        "admin.retry",
        "admin.taken_care_of",
        "consents.told",
        "consents.withdraw_now",
    ),
    *("auth.change_password", "auth.set_by_code", "auth.try_sign_in", "cases.pass_on_now"),
    *("erasures.approve", "erasures.hold", "erasures.propose", "inbox.run_deadline"),
    *("inbox.undo_deadline", "meetings.approve", "meetings.decide", "meetings.hold"),
    *(
        "meetings.put_off_item",
        "postings.add",
        "postings.end",
        "settings.undo_now",
        "studio.cancel_rehearsal",
    ),
    *("studio.deploy", "studio.discard", "studio.undo"),
}


def test_no_form_tells_the_two_houses_apart(pair: Pair) -> None:
    found, never = apart(pair, POSTING)

    assert found == []
    assert (never - NEVER, NEVER - never) == (set(), set())


def test_one_row_that_is_let_out_is_found(pair: Pair) -> None:
    def leak(work: Work) -> None:
        its = IncidentRow.case_id == pair.treatment
        work.session.execute(update(IncidentRow).where(its).values(compartment=None))

    pair.within.casework.act(SYSTEM, leak)
    found, _ = apart(pair, ["system_admin"])

    assert found != []
