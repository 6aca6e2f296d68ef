"""Moving running cases in the studio: looked at, chosen, signed for, done, and taken back."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.services.definitions import newest_definition
from engine.services.deployments import deploy_process
from engine.storage.models import InstanceRow, TaskRow
from tests.conftest import reading
from tests.web.conftest import SCREENING
from workflows.records import METADATA

PAGE = "/processer/referral/flyt"


def everything(town):
    """Every row of every table, column by column."""
    with reading(town.database).connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in METADATA.sorted_tables
        }


def put(town, *changes):
    """Put a version of the referral into force in which these texts are others."""

    def deploy(work):
        files = dict(newest_definition(work, "referral").files)
        for before, after in changes:
            assert before in files["referral.bpmn"]
            files["referral.bpmn"] = files["referral.bpmn"].replace(before, after)
        deploy_process(work, "referral", files)

    town.act(SYSTEM, deploy)


def instance(town):
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(InstanceRow)).first()


def due_on(town):
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(TaskRow.due_on)).first().isoformat()


@pytest.fixture
def owner(signed_in):
    return signed_in("process_designer")


@pytest.fixture
def renamed(town, case):
    """A version in which a step is called something else, and Sofie's case in the one before."""
    put(town, ('name="Screen henvisningen"', 'name="Læs henvisningen"'))


@pytest.fixture
def longer(town, case):
    """A version with a longer deadline for the screening."""
    put(town, ('param("screening")', '"10 WD"'))


def chosen(page: Any, town: Any, **more: str) -> dict[str, str]:
    """The form as it stands, all that can move chosen."""
    one = instance(town).id
    return {
        "fra": "1",
        "til": "2",
        "sag": str(one),
        f"set-{one}": page.hidden(f"set-{one}"),
        **more,
    }


def box(town):
    return f"skift-{instance(town).id}-task-{_number(town)}"


def _number(town):
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(TaskRow.key)).one()


def test_the_page_of_a_process_leads_there(owner):
    assert owner.get("/processer/referral").href("Flyt igangværende sager") == PAGE


def test_nothing_to_move_is_said(owner, case):
    assert "Der er ikke noget at flytte." in owner.get(PAGE).text


def test_the_preview_names_no_young_person_and_shows_every_clock(owner, renamed, town):
    page = owner.get(PAGE)

    assert f"Sag {instance(town).case_id.hex[:8].upper()}" in page.text
    assert "Sofie" not in page.text
    assert "Står ved: Screen henvisningen." in page.text
    assert "Fristen for »Screen henvisningen«" in page.text
    assert "Påmindelse for »Screen henvisningen«" in page.text


def test_the_preview_writes_nothing(owner, longer, town):
    owner.get(PAGE)
    before = everything(town)

    assert owner.get(PAGE).status == 200
    assert everything(town) == before


def test_what_is_chosen_moves_and_can_be_taken_back(owner, renamed, town):
    old = instance(town)
    page = owner.post(PAGE, chosen(owner.get(PAGE), town))
    assert "1 sag er flyttet" in page.text
    assert instance(town).definition_id != old.definition_id

    page = owner.post(f"/processer/referral/flytninger/{old.id}/fortryd")

    assert page.address == "/processer/referral/flytninger"
    assert "Flytningen er fortrudt." in owner.get(page.address).text
    assert (instance(town).definition_id, instance(town).state) == (old.definition_id, old.state)


def test_a_move_after_which_the_case_went_on_says_why_it_stays(
    owner, renamed, town, intake, task_of
):
    owner.post(PAGE, chosen(owner.get(PAGE), town))
    task = task_of("screening")
    intake.get("/indbakke")
    intake.post(f"{task}/tag")
    assert intake.post(task, SCREENING).status == 303

    page = owner.get("/processer/referral/flytninger")

    assert "Processen er gået videre siden. Flytningen kan ikke fortrydes." in page.text
    assert "Fortryd –" not in page.text


def test_a_case_that_went_on_since_the_page_was_read_is_told_and_left_alone(
    owner, renamed, town, intake, task_of
):
    form = chosen(owner.get(PAGE), town)
    old, task = instance(town), task_of("screening")
    intake.get("/indbakke")
    intake.post(f"{task}/tag")
    intake.post(task, SCREENING)

    page = owner.post(PAGE, form)

    assert "0 sager er flyttet" in page.text
    assert "Sagen har ændret sig, siden du så listen. Den er ikke rørt." in page.text
    assert instance(town).definition_id == old.definition_id


def test_a_deadline_stays_unless_somebody_signs(owner, longer, town):
    page = owner.get(PAGE)
    assert "Skift til man. 16. mar. kl. 23.59" in page.text

    owner.post(PAGE, chosen(page, town))

    assert due_on(town) == "2026-03-09"


def test_a_signed_deadline_changes_and_the_case_says_who_and_why(
    owner, longer, town, intake, case, names
):
    which = box(town)
    signed = {"skift": which, f"grund-{which}": "law_changed"}

    page = owner.post(PAGE, chosen(owner.get(PAGE), town, **signed))

    assert "1 sag er flyttet" in page.text
    assert due_on(town) == "2026-03-16"
    text = intake.get(case).text
    assert "for: Loven eller kvalitetsstandarden er ændret." in text
    assert names["process_designer"] in text


@pytest.mark.parametrize(
    ("signed", "reason", "said"),
    [
        (True, "", "Vælg en grund til, at fristen skifter."),
        (False, "law_changed", "Sæt kryds, hvis fristen skal skifte, eller fjern grunden."),
    ],
)
def test_half_a_signature_is_asked_about_and_nothing_typed_is_lost(
    owner, longer, town, signed, reason, said
):
    which, page = box(town), owner.get(PAGE)
    before = everything(town)
    more = {f"grund-{which}": reason} | ({"skift": which} if signed else {})

    page = owner.post(PAGE, chosen(page, town, **more))

    assert (page.status, said in page.text) == (422, True)
    assert (f'value="{which}" checked' in page.html) == signed
    assert everything(town) == before


def test_choosing_nothing_is_asked_about(owner, renamed, town):
    form = chosen(owner.get(PAGE), town)
    del form["sag"]

    page = owner.post(PAGE, form)

    assert (page.status, "Vælg mindst én sag" in page.text) == (422, True)


def test_what_cannot_move_is_shown_with_the_reason_and_no_box(owner, town, case):
    put(
        town,
        ('id="screening"', 'id="reading"'),
        ('sourceRef="screening"', 'sourceRef="reading"'),
        ('targetRef="screening"', 'targetRef="reading"'),
    )

    page = owner.get(PAGE)

    assert "Ingen af sagerne på denne side kan flyttes." in page.text
    assert "Sagen venter i »Screen henvisningen«, som den nye udgave ikke har" in page.text
    assert 'name="sag"' not in page.html


def test_only_process_owners_may(signed_in, intake, case, renamed):
    for visitor in (intake, signed_in("chief_consultant"), signed_in("system_admin")):
        assert visitor.get(PAGE).status == 403
        assert visitor.post(PAGE, {"sag": "x", "til": "2"}).status == 403


def test_an_address_that_somebody_made_up_moves_nothing(owner, renamed, town):
    before = instance(town).definition_id

    page = owner.post(PAGE, {"fra": "1", "til": "2", "sag": "not-a-case"})

    assert (page.status, instance(town).definition_id) == (200, before)
