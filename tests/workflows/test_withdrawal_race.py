"""Several read while a consent is withdrawn: none that began after the commit succeeds."""

from engine.storage.work import Casework
from tests.soak.withdrawal import Found, open_case, race


def test_no_read_that_began_after_the_commit_of_a_withdrawal_succeeds(town: Casework) -> None:
    found, case_id = Found(), open_case(town)

    for _ in range(3):
        race(town, case_id, 6, found)

    assert found.late == []
    assert found.seen >= 3 * 6  # each saw the case at least once before
    assert found.refused >= 3 * 6
