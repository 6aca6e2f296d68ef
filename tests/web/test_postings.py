"""A unit's competence lent to a named employee: given by its leader, for a time, and no further."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.ports import SYSTEM
from tests.web.conftest import act_as
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import PostingRow, UnitRow


@pytest.fixture
def leader(signed_in):
    """Who leads the unit that holds the intake."""
    found = signed_in("leader_ungecenter")
    found.get("/udlaan")
    return found


@pytest.fixture
def ungecenter(town) -> str:
    """The id of that unit."""
    with town.work(SYSTEM) as work:
        query = select(UnitRow.id).where(UnitRow.code == "ungecenter")
        return str(work.session.scalars(query).one())


@pytest.fixture
def lend(leader, staff, ungecenter):
    """Lend the intake's competence to the mentor for this week; what is said wins."""

    def post(browser=leader, **said):
        typed = {
            "employee": str(staff["mentor"]),
            "role": f"{ungecenter}:intake",
            "reason": "Ferie i modtagelsen.",
        }
        for name, day in {"since": "2-3-2026", "until": "6-3-2026"}.items():
            parts = said.pop(name, day).split("-")
            typed |= {
                f"{name}-{p}": v for p, v in zip(("day", "month", "year"), parts, strict=True)
            }
        return browser.post("/udlaan", typed | said)

    return post


def test_whoever_was_lent_a_competence_does_the_unit_s_tasks(lend, signed_in, case, task_of, names):
    mentor, screening = signed_in("mentor"), task_of("screening")
    assert mentor.get(screening).status == 404

    assert lend().status == 303

    mentor.get(screening)
    assert mentor.post(f"{screening}/tag").status == 303
    assert "modtagelsen i" in mentor.get("/konto").text


def test_it_ends_by_itself_after_the_last_day(lend, signed_in, case, task_of, clock):
    lend()
    clock.forward(timedelta(days=4, hours=13, minutes=59))  # Friday 22:59 UTC is 23:59 here
    assert signed_in("mentor").get(task_of("screening")).status == 200
    clock.forward(timedelta(minutes=1))

    assert signed_in("mentor").get(task_of("screening")).status == 404


def test_it_begins_on_its_first_day(lend, signed_in, case, task_of, clock):
    lend(since="4-3-2026")
    assert signed_in("mentor").get(task_of("screening")).status == 404
    clock.forward(timedelta(days=1, hours=14))

    assert signed_in("mentor").get(task_of("screening")).status == 200


def test_what_is_taken_back_is_gone_at_the_next_request(lend, leader, signed_in, case, task_of):
    lend()
    mentor = signed_in("mentor")
    assert mentor.get(task_of("screening")).status == 200
    end = leader.get("/udlaan").html.split('action="/udlaan/')[1].split('"')[0]

    leader.post(f"/udlaan/{end}")

    assert mentor.get(task_of("screening")).status == 404


def test_a_lent_role_counts_in_its_own_unit_only(lend, town, staff):
    lend()

    with town.work(SYSTEM) as work:
        actor = actor_of(work, staff["mentor"])
        units = {code: id for id, code in work.session.execute(select(UnitRow.id, UnitRow.code))}

    assert actor.has_post("intake", units["ungecenter"])
    assert actor.has_post("mentor", units["ungdomsskole"])
    assert not actor.has_post("intake", units["ungdomsskole"])
    assert not actor.has_post("mentor", units["ungecenter"])


def test_the_row_tells_who_gave_it_why_and_who_ended_it(lend, leader, town, staff):
    lend()
    end = leader.get("/udlaan").html.split('action="/udlaan/')[1].split('"')[0]
    leader.post(f"/udlaan/{end}")

    with town.work(SYSTEM) as work:
        row = work.session.scalars(select(PostingRow)).one()
    giver = staff["leader_ungecenter"]
    assert (row.given_by_id, row.ended_by_id, row.reason) == (giver, giver, "Ferie i modtagelsen.")
    assert "taget tilbage i dag" in leader.get("/udlaan").text


def test_only_a_leader_lends(signed_in, lend):
    counsellor = signed_in("uu_counsellor")
    counsellor.get("/konto")

    assert lend(counsellor).status == 403


def test_a_leader_lends_nothing_of_another_unit(signed_in, lend):
    other = signed_in("leader_uu")
    other.get("/udlaan")

    assert lend(other).status in (403, 422)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"until": "1-3-2026"}, "Den sidste dag ligger før den første."),
        ({"since": "1-3-2026"}, "Den første dag er allerede gået."),
        ({"until": "9-3-2027"}, "Et udlån varer højst et år."),
        ({"reason": ""}, "Hvorfor?"),
    ],
)
def test_what_cannot_be_lent_is_a_sentence_and_stays_in_the_form(lend, said, sentence):
    page = lend(**said)

    assert (page.status, sentence in page.text) == (422, True)


@pytest.mark.parametrize("role", ["unit_leader", "chief_consultant", "system_admin"])
def test_what_decides_about_people_or_the_product_is_not_on_the_list(lend, ungecenter, role):
    assert lend(role=f"{ungecenter}:{role}").status == 422


def test_nobody_lends_to_themself(lend, staff):
    assert lend(employee=str(staff["leader_ungecenter"])).status == 422


def test_an_actor_without_posts_may_take_nothing(town, staff, ungecenter):
    actor = act_as(town, "mentor", lambda work: work.actor)

    assert not actor.has_post("intake", None)
