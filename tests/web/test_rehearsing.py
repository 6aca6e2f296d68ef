"""»Prøv på de åbne sager«: asked for on a page, played by the worker, read on a page."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from engine.adapters.clock import MovableClock
from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.copying import only_read
from engine.storage.database import Database
from engine.storage.work import Casework
from tests.web.conftest import SOFIE, Page, Visitor
from tests.web.test_studio import CHANGED, FAULTY, save
from tests.workflows.test_rehearsal import files_in, fingerprint
from web.rehearsing import Limits, Rehearser
from workflows.municipalities.records import PostRow
from workflows.rehearsal import requests
from workflows.rehearsal.records import RehearsalRow, State

PAGE = "/processer/referral/proeve"
ASKED = {
    "tried": "in_force",
    "until-day": "2",
    "until-month": "4",
    "until-year": "2026",
    "behaviour": "nobody",
    "seed": "1",
}
NAMES = ("Sofie", "Malte", "Freja", "Oskar", "Alma")


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copies are made."""
    folder = tmp_path / "copies"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def owner(signed_in: Callable[[str], Visitor]) -> Visitor:
    """A process owner, signed in."""
    found = signed_in("process_designer")
    found.get("/processer/referral")
    return found


@pytest.fixture
def cases(intake: Visitor) -> None:
    """Five cases, just referred: the fewest that numbers are shown of."""
    for name in NAMES:
        assert intake.post("/sager/ny", {**SOFIE, "first_name": name}).status == 303


@pytest.fixture
def play(town: Casework, settings: Settings) -> Callable[..., bool]:
    """What gives the worker one turn."""

    def turn(stopping: bool = False, **limits: float) -> bool:
        stop = Event()
        if stopping:
            stop.set()
        return Rehearser(town, settings, stop, Limits(**limits)).take_turn()

    return turn


def ask(visitor: Visitor, **other: str) -> Page:
    return visitor.post(PAGE, {**ASKED, **other}, headers={"Accept": "text/html"})


def only_row(town: Casework) -> RehearsalRow:
    with town.work(SYSTEM) as work:
        return work.session.scalars(select(RehearsalRow)).one()


def test_a_draft_is_played_and_told_beside_what_is_in_force_without_a_name(
    owner, cases, play, town, names
):
    save(owner, CHANGED)
    asked = ask(owner, tried="draft", behaviour="on_due_day").address
    waiting = owner.get(asked)

    assert play()

    told = owner.get(asked)
    assert "Venter på arbejderen" in waiting.text
    assert 'http-equiv="refresh"' in waiting.html
    assert 'http-equiv="refresh"' not in told.html
    assert "Hvad i drift kladden Forskel" in told.text
    assert "Læs henvisningen" not in told.text  # those cases began with the version before
    everything = json.dumps(only_row(town).report, ensure_ascii=False) + told.text
    mine = names["process_designer"]
    staff = [name for name in names.values() if name != mine]
    assert [name for name in (*NAMES, *staff, *names) if f" {name} " in everything] == []


def test_a_chair_that_is_vacant_is_told_of_by_what_waits_for_it(owner, cases, play, town):
    with town.work(SYSTEM) as work:
        work.session.execute(delete(PostRow).where(PostRow.role == "intake"))
    asked = ask(owner, behaviour="on_due_day").address

    assert play()

    told = owner.get(asked).text
    assert "Screen henvisningen (modtagelsen, Henvisning): ingen har rollen, 5 gange" in told


def test_it_changes_nothing_in_the_house_and_leaves_no_copy(
    owner, cases, play, town, tmp_path, copies
):
    ask(owner)
    before, files = fingerprint(town), files_in(tmp_path / "home")

    play()

    assert only_row(town).state == State.DONE
    after = fingerprint(town)
    assert {name for name in after if after[name] != before[name]} == {"rehearsals"}
    assert files_in(tmp_path / "home") == files
    assert list(copies.iterdir()) == []


def test_of_fewer_than_five_cases_no_number_is_shown(owner, case, play, town):
    page = ask(owner).address
    play()

    assert "færre end fem åbne sager" in owner.get(page).text
    assert only_row(town).report is None


def test_there_is_one_at_a_time(owner):
    first, second = ask(owner), ask(owner)

    assert (first.status, second.status) == (303, 409)
    assert "Der prøves allerede" in second.text
    assert "Se, hvor langt den er nået" in owner.get(PAGE).text


def test_one_that_waits_is_cancelled_and_never_played(owner, play):
    asked = ask(owner).address

    assert owner.post(f"{asked}/afbryd").status == 303

    assert not play()
    assert "afbrudt af jer selv" in owner.get(PAGE).text
    assert ask(owner).status == 303


def test_one_that_is_cancelled_while_it_plays_is_let_go(owner, town):
    asked = UUID(ask(owner).address.rsplit("/", 1)[1])
    town.act(SYSTEM, requests.take_next)
    town.act(SYSTEM, lambda work: requests.beat(work, asked, 0.5))

    owner.post(f"{PAGE}/{asked}/afbryd")

    assert not town.act(SYSTEM, lambda work: requests.beat(work, asked, 0.6))
    town.act(SYSTEM, lambda work: requests.finish(work, asked, {"too": "late"}))
    assert (only_row(town).state, only_row(town).report) == (State.CANCELLED, None)


def test_how_far_it_has_come_is_told_with_and_without_a_script(owner, town):
    asked = ask(owner).address
    town.act(SYSTEM, requests.take_next)
    town.act(SYSTEM, lambda work: requests.beat(work, only_row(town).id, 0.426))

    assert owner.get(f"{asked}.json").response.json == {
        "open": True,
        "doing": "Spiller kopien frem.",
        "percent": 42,
    }
    assert "42 %" in owner.get(asked).text


def test_a_worker_that_is_stopped_says_that_it_was_interrupted(owner, play, copies):
    asked = ask(owner).address

    play(stopping=True)

    assert "Prøven blev afbrudt" in owner.get(asked).text
    assert list(copies.iterdir()) == []
    assert ask(owner).status == 303


def test_one_whose_worker_died_is_interrupted_after_a_minute(
    owner, town, clock: MovableClock, play
):
    ask(owner)
    town.act(SYSTEM, requests.take_next)
    clock.move_to(clock.now() + timedelta(seconds=50))
    play()
    early = only_row(town).state
    clock.move_to(clock.now() + timedelta(seconds=20))

    play()

    assert (early, only_row(town).state) == (State.PLAYING, State.INTERRUPTED)


def test_it_may_not_take_for_ever(owner, play, copies):
    asked = ask(owner).address

    play(seconds=0)

    assert "tog for lang tid" in owner.get(asked).text
    assert list(copies.iterdir()) == []


def test_it_may_not_take_all_memory(owner, cases, play):
    asked = ask(owner).address

    play(memory_bytes=40 * 1024 * 1024)

    assert "kunne ikke spilles færdig" in owner.get(asked).text


def test_the_process_that_plays_ends_with_the_one_who_asked(owner, settings, town, copies):
    ask(owner)
    asked = Rehearser(town, settings, Event())._asked(only_row(town).id)
    folder = copies / "mine"
    folder.mkdir()

    ended = subprocess.run(
        [sys.executable, "-m", "web.rehearsing_alone"],
        input=asked,
        text=True,
        capture_output=True,
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
        check=False,
    )

    assert ended.returncode == -9
    assert not folder.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until-year": "2026", "until-month": "3", "until-day": "2"}, "Vælg en dag efter i dag"),
        ({"until-year": "2031"}, "højst tre år frem"),
        ({"until-day": "31"}, "Datoen i »Til og med hvilken dag?« findes ikke"),
        ({"seed": "99999999999"}, "Tilfældighedens nummer"),
        ({"behaviour": "lazily"}, "Hvad gør mennesker imens?"),
        ({"tried": "77"}, "Hvad skal prøves?"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(owner, wrong, said, town):
    page = ask(owner, **{"seed": "41", **wrong})

    assert page.status == 422
    assert said in page.text
    assert f'value="{wrong.get("seed", "41")}"' in page.html
    with town.work(SYSTEM) as work:
        assert work.session.scalars(select(RehearsalRow)).all() == []


def test_a_draft_with_faults_is_not_played(owner):
    save(owner, FAULTY)

    page = ask(owner, tried="draft")

    assert (page.status, "har fejl og kan ikke prøves" in page.text) == (422, True)


def test_a_chief_consultant_may_read_but_not_ask(signed_in):
    chief = signed_in("chief_consultant")

    page = chief.get(PAGE)

    assert (page.status, "Til og med hvilken dag?" in page.text) == (200, False)
    assert ask(chief).status == 403


def test_nobody_else_comes_here(intake):
    assert intake.get(PAGE).status == 403
    assert ask(intake).status == 403


def test_the_database_refuses_the_player_every_write(town: Casework):
    database = Database(town.database.url)
    only_read(database)

    with pytest.raises(DBAPIError, match=r"read-?only"), database.session() as session:
        session.execute(text("DELETE FROM rehearsals"))
    database.dispose()
