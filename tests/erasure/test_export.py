"""A young person gets everything about them: nothing is left out but by a rule that says so."""

import json
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.ports import SYSTEM
from tests.web.conftest import SCREENING, SOFIE
from web.cli import main
from workflows.access.records import ReadLogRow
from workflows.erasing.clear import tables_of_persons
from workflows.records import METADATA
from workflows.rights.contents import contents


@pytest.fixture
def case(intake, task_of) -> str:
    """The address of Sofie's case: referred and screened by the intake."""
    address = intake.post("/sager/ny", {**SOFIE, "cpr": "7406110001"}).address
    task = task_of("screening")
    intake.post(f"{task}/tag")
    intake.post(task, SCREENING)
    return address


def test_every_column_of_a_person_is_in_the_export_or_left_out_by_a_rule():
    told = contents().tables
    stands = {f"{name}.{each}" for name, t in told.items() for each in (*t.columns, *t.left_out)}
    here = {f"{n}.{c.name}" for n in tables_of_persons(METADATA) for c in METADATA.tables[n].c}

    assert sorted(stands) == sorted(here)
    assert not [each for t in told.values() for each in t.columns if each in t.left_out]


def test_every_rule_says_why_and_is_used_or_stands_for_rows():
    used = {rule for table in contents().tables.values() for rule in table.left_out.values()}

    assert set(contents().rules) - used == {"not_for_the_reader", "other_cases"}
    assert used <= set(contents().rules)


def test_the_page_tells_in_words_what_was_written_and_who_has_seen_it(intake, case):
    page = intake.get(intake.get(case).href("Alt, vi har om den unge"))

    assert page.heading == "Alt, vi har om dig"
    for said in (
        "Mor Opdigtet",
        "Skolegang 8. klasse",
        "Hvorfor henviser du? Meget fravær.",
        "Samtale med skolen.",
        "Teksten, du fik vist",
        "så sagen (holder tråden)",
        "lavede en udskrift af alt om den unge",
        "Sagen blev åbnet.",
        "Andres telefonnumre og mailadresser",
    ):
        assert said in page.text


def test_what_belongs_to_others_is_not_in_it(intake, case):
    page, file = intake.get(f"{case}/udskrift"), intake.get(f"{case}/udskrift.json")

    assert "5500 0001" not in page.html
    assert "5500 0001" not in file.html


def test_ones_own_cpr_number_is_in_it_whole(intake, case):
    page, file = intake.get(f"{case}/udskrift"), intake.get(f"{case}/udskrift.json")

    assert "CPR-nummer 740611-0001" in page.text
    assert json.loads(file.html)["tables"]["young_people"][0]["cpr"] == "7406110001"


def test_the_file_names_its_form_and_what_each_thing_is(intake, case):
    page = intake.get(f"{case}/udskrift.json")
    found = json.loads(page.html)

    assert (found["schema"], found["version"]) == ("tovholder-person-export", 1)
    assert found["tables"]["young_people"][0]["first_name"] == "Sofie"
    assert found["described"]["goals"]["columns"]["wording"] == "Mål"
    assert found["left_out"]["third_party"]["columns"][0] == "guardians.email"
    (referral,) = [row for row in found["tables"]["answers"] if row["form"] == "referral"]
    assert {
        "key": "reason_referrer",
        "question": "Hvorfor henviser du?",
        "answer": "Meget fravær.",
        "in_words": "Meget fravær.",
    } in referral["data"]
    assert "Sofie" not in page.response.headers["Content-Disposition"]


def test_making_it_is_a_look_with_a_purpose(town, intake, case):
    intake.get(f"{case}/udskrift.json")

    with town.work(SYSTEM) as work:
        looks = work.session.scalars(select(ReadLogRow).order_by(ReadLogRow.at)).all()
    assert [row.behind for row in looks if row.purpose == "export"] == [
        "office:primary_responsible"
    ]


def test_only_who_holds_the_thread_makes_it(signed_in, case):
    leader = signed_in("leader_ungecenter")

    assert leader.get(f"{case}/udskrift").status == 403
    assert signed_in("job_adviser").get(f"{case}/udskrift").status == 404
    assert "/udskrift" not in leader.get(case).html


def test_the_command_writes_both_under_the_number_of_the_case(
    intake, case, settings, monkeypatch, tmp_path
):
    for name in ("database_url", "secret", "keys"):
        monkeypatch.setenv(f"TOVHOLDER_{name.upper()}", getattr(settings, name))
    case_id = UUID(case.rsplit("/", 1)[1])
    words = ["export-person", str(case_id), "--home", str(settings.home), "--to", str(tmp_path)]

    refused = CliRunner().invoke(main, [*words, "--by", "job_adviser"])
    done = CliRunner().invoke(main, [*words, "--by", "intake"])

    assert (refused.exit_code, done.exit_code) == (1, 0), done.output
    found = json.loads((tmp_path / f"udskrift-{case_id}.json").read_text())
    assert found["tables"]["young_people"][0]["last_name"] == "Opdigtet"
    assert "Meget fravær." in (tmp_path / f"udskrift-{case_id}.html").read_text()
