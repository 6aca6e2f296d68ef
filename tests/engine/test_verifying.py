"""What was written stays as it was written, and whoever changes it is found out."""

from collections import Counter
from datetime import timedelta

import pytest

from engine.ports import SYSTEM
from engine.services.heads import read_heads, write_heads
from engine.storage.linked_rows import bind_rows
from tests.conftest import reading
from tests.soak.tampering import CHANGES, LOG, Records, kept_records, names, rewrite, tampered


@pytest.fixture
def records(casework, clock, tmp_path) -> Records:
    """Some cases with their texts and looks, and the heads of two days."""
    return kept_records(casework, clock, tmp_path / "heads")


def test_what_nobody_has_touched_has_no_flaw(records):
    assert records.flaws() == []


def test_a_text_whose_journal_row_was_cut_off_is_told_with_its_case(records):
    case_id = records.now["cases"][0]["id"]
    rows = [row for row in records.now["journal"] if row["case_id"] == case_id]
    with reading(records.casework.database).begin() as connection:
        rewrite(connection, rows[:-1], relink=False)

    flaws = records.flaws()

    assert {flaw.case_id for flaw in flaws} == {case_id}
    assert all("journalens række er fjernet" in flaw.what for flaw in flaws)


def test_every_tampering_is_found_and_named(records):
    missed, kinds = [], Counter()
    for kind, place, flaws in tampered(records, number=3 * len(CHANGES), seed=20261122):
        kinds[kind] += 1
        if not names(flaws, place):
            missed.append((kind, place, flaws))

    assert missed == []
    assert len(kinds) == len(CHANGES)
    assert records.flaws() == []


@pytest.mark.parametrize("kept", [0, 1])
def test_a_file_of_heads_that_is_taken_away_is_missed(records, casework, tmp_path, kept):
    files = sorted((tmp_path / "heads").glob("*.json"))
    files[1 - kept].unlink()
    heads = read_heads(tmp_path / "heads", casework.database.keyring)
    found = Records(casework=casework, heads=heads, now=records.now, before=records.before).flaws()

    assert f"heads {files[1 - kept].stem}" in [each.where for each in found]


def test_a_forged_file_of_heads_is_named(records, casework, tmp_path):
    file = sorted((tmp_path / "heads").glob("*.json"))[1]
    head = next(iter(records.heads.cases.values()))[1]
    file.write_text(file.read_text().replace(head, head[::-1]))
    heads = read_heads(tmp_path / "heads", casework.database.keyring)

    assert [each.what for each in heads.flaws] == ["Filen er ændret."]


def test_the_heads_of_a_day_are_written_once(records, tmp_path, casework, clock):
    folder = tmp_path / "heads"
    first = write_heads(casework, folder, records.heads, (LOG,), set())
    clock.forward(timedelta(hours=1))

    assert first is not None
    assert write_heads(casework, folder, records.heads, (LOG,), set()) is None


def test_a_look_is_bound_once(records, casework):
    assert casework.act(SYSTEM, lambda work: bind_rows(work, LOG)) == 0
