"""With and without a treatment in the compartment, everything outside is the same, byte by byte.

Two houses are made as one and parted; in the second a young man who has an ordinary case, and one
whom nobody knows, are in treatment. Every GET route, for everybody outside: status, headers, bytes,
statements, and how many rows each found.
"""

import pytest
from sqlalchemy import update

from engine.ports import SYSTEM
from engine.storage import compartments
from engine.storage.copying import open_cases
from engine.storage.models import IncidentRow
from tests.access.houses import DRUGS, addresses, differences, mails

pytestmark = [pytest.mark.wide, pytest.mark.xdist_group("two_houses")]

# Answered for nobody in these houses: no provider of sign-ins, consent, draft, rehearsal or mail.
NEVER = {
    *("auth.from_provider", "auth.letter", "auth.to_provider", "auth.sign_in", "home"),
    *("cases.pass_on", "consents.withdraw", "inbox.receipt", "meetings.item", "settings.undo"),
    *("studio.rehearsal", "studio.rehearsal_progress"),
}


def test_nothing_outside_tells_the_two_houses_apart(pair):
    found, well = differences(pair)

    assert found == []
    every = {endpoint for endpoint, _ in addresses(pair.without.app, pair.places)}
    assert every - well - NEVER == set()


def test_the_mails_that_the_house_shows_are_the_same(pair):
    assert mails(pair.within) == mails(pair.without)
    assert [*(pair.within.settings.mail_folder / DRUGS).glob("*.eml")] != []


def test_a_copy_to_rehearse_with_takes_the_same_cases(pair):
    within, without = (open_cases(each.casework.database) for each in (pair.within, pair.without))

    assert within == without != set()


def test_one_row_that_is_let_out_is_found(pair):
    def leak(work):
        its = IncidentRow.case_id == pair.treatment
        out = update(IncidentRow).where(its).values(compartment=None)
        work.session.execute(out)

    pair.within.casework.act(SYSTEM, leak)
    found, _ = differences(pair, ("system_admin",))

    assert found != []


def test_a_session_that_is_given_everything_is_found(pair, monkeypatch):
    monkeypatch.setattr(compartments, "entered", lambda session: None)
    found, _ = differences(pair, ("system_admin",))

    assert [each for each in found if "bytes" in each] != []
