"""Absence: who is away says so, and a deputy sees and takes what cannot wait."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.storage.models import JournalRow
from workflows.municipalities.records import AbsenceRow


def days(since: tuple[int, int], until: tuple[int, int]) -> dict[str, str]:
    """What is typed for an absence in 2026; each a day and a month."""
    parts = {"since": since, "until": until}
    years = {f"{key}-year": "2026" for key in parts}
    typed = {f"{key}-day": str(day) for key, (day, _month) in parts.items()}
    return years | typed | {f"{key}-month": str(month) for key, (_day, month) in parts.items()}


THIS_WEEK = days((2, 3), (5, 3))


@pytest.fixture
def write(staff):
    """What registers an absence in somebody's browser."""

    def register(visitor, who="intake", deputy="intake2", **typed):
        visitor.get("/fravaer")
        people = {"employee": str(staff[who]), "deputy": str(staff.get(deputy, ""))}
        return visitor.post("/fravaer", {**people, **THIS_WEEK, **typed})

    return register


@pytest.fixture
def away(screening, intake, write, signed_in):
    """The intake is away and has Sofie's screening; this is the browser of the deputy."""
    assert write(intake).status == 303
    return signed_in("intake2")


def test_it_is_reached_from_who_one_is_and_from_the_team(intake):
    assert intake.get("/indbakke").href("Fravær") == "/fravaer"
    assert intake.get("/indbakke?vis=team").html.count('href="/fravaer"') == 2


def test_at_first_it_is_oneself_from_today(intake, staff):
    page = intake.get("/fravaer")

    assert f'value="{staff["intake"]}" selected' in page.html
    assert 'name="since-day" value="2"' in page.html


def test_what_is_registered_stands_on_the_page(intake, write, names):
    write(intake)

    page = intake.get("/fravaer")

    away = f"{names['intake']} : Fraværende til og med tors. 5. mar.; stedfortræder"
    assert f"{away} {names['intake2']}" in page.text


def test_the_case_says_beside_the_holder_that_they_are_away(case, intake, write, names):
    write(intake)

    page = intake.get(case)

    said = f"Fraværende til og med tors. 5. mar.; stedfortræder {names['intake2']}, 5500"
    assert said in page.text


def test_an_absence_that_is_to_come_is_not_said_of_today(case, intake, write):
    write(intake, **days((9, 3), (12, 3)))

    assert "Fraværende" not in intake.get(case).text
    assert "Fra man. 9. mar.: Fraværende til og med" in intake.get("/fravaer").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until-day": "1"}, "Den sidste dag ligger før den første."),
        (days((23, 2), (27, 2)), "Den sidste dag er allerede forbi."),
        ({"deputy": "nobody"}, "»Hvem er stedfortræder?« skal udfyldes."),
        ({"until-month": "13"}, "»Sidste dag«"),
    ],
)
def test_what_cannot_be_is_asked_for_again(intake, write, typed, sentence):
    page = write(intake, **typed)

    assert (page.status, sentence in page.text) == (422, True)


def test_nobody_stands_in_for_themselves(intake, write):
    assert "Vælg en kollega fra enheden" in write(intake, deputy="intake").text


def test_a_deputy_who_is_away_too_is_refused(intake, signed_in, write):
    write(signed_in("intake2"), who="intake2", deputy="intake")

    assert "Stedfortræderen er selv fraværende i de dage." in write(intake).text


def test_the_same_days_are_not_registered_twice(intake, write):
    write(intake)

    assert "Der er allerede skrevet fravær ind i de dage." in write(intake).text


def test_a_leader_registers_for_one_of_the_unit(signed_in, write, names):
    leader = signed_in("leader_ungecenter")

    assert write(leader).status == 303
    assert names["intake"] in leader.get("/fravaer").text


def test_nobody_else_does(town, signed_in, write):
    page = write(signed_in("intake2"), who="intake", deputy="intake2")

    assert page.status == 422
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(AbsenceRow)).all() == []


def test_a_colleague_cannot_end_it(away, intake, town):
    page = away.post(_end(intake))

    assert page.status == 403
    assert "for andre gør lederen det" in page.text


def test_whoever_is_back_says_so(away, intake):
    assert intake.post(_end(intake)).status == 303

    assert "Ingen er skrevet fraværende." in intake.get("/fravaer").text


def test_the_deputy_has_a_word_for_it_in_the_inbox(away, names):
    page = away.get(away.get("/indbakke").href(f"Jeg dækker for {names['intake']}"))

    assert "Screen henvisningen Sofie, 14 år 8 mdr." in page.text
    assert "Fraværende til og med tors. 5. mar." in page.text
    assert "Overtag opgaven" in page.text


def test_those_who_cover_for_nobody_have_no_such_word(screening, intake):
    assert "Jeg dækker" not in intake.get("/indbakke").text


def test_an_address_that_names_somebody_one_does_not_cover_for_shows_ones_own(intake, staff):
    page = intake.get(f"/indbakke?vis=daekker&hvem={staff['intake2']}")

    assert 'aria-current="true">Mine</a>' in page.html


def test_the_deputy_takes_a_task_over_and_completes_it(town, away, screening, staff):
    asked = away.get(screening)
    assert "Overtag opgaven" in asked.text

    taken = away.post(f"{screening}/overtag")

    assert (taken.status, taken.address) == (303, screening)
    assert "Afslut opgaven" in away.get(screening).text
    with town.work(SYSTEM) as work:
        query = select(JournalRow).where(JournalRow.act == "task_taken_over")
        row = work.session.scalars(query).one()
    assert (row.actor_id, row.data["former"]) == (staff["intake2"], str(staff["intake"]))


def test_the_journey_says_for_whom_it_was_taken(away, screening, case, names, intake):
    away.post(f"{screening}/overtag")

    said = f"Tog opgaven »Screen henvisningen« over for {names['intake']}."
    assert said in intake.get(case).text


def test_only_the_deputy_may_take_it(away, screening, signed_in):
    leader = signed_in("leader_ungecenter")
    leader.get(screening)

    page = leader.post(f"{screening}/overtag")

    assert page.status == 403
    assert "Du er ikke stedfortræder for den, der har opgaven." in page.text


def test_only_while_the_absence_lasts(away, screening, clock):
    away.post("/log-ud")
    clock.forward(timedelta(days=4))
    away.sign_in("intake2")
    away.get("/indbakke")

    assert away.post(f"{screening}/overtag").status == 403


def _end(visitor) -> str:
    import re

    page = visitor.get("/fravaer")
    found = re.search(r'action="(/fravaer/[^"]+/slut)"', page.html)
    assert found
    return found.group(1)
