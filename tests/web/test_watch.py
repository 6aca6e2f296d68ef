"""`tovholder watch`, and what the operators see of the watchdog's rounds."""

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine.ports import SYSTEM
from engine.services.rounds import go_round
from web.cli import main


@pytest.fixture
def watch(settings, monkeypatch):
    monkeypatch.setenv("TOVHOLDER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TOVHOLDER_SECRET", settings.secret)
    monkeypatch.setenv("TOVHOLDER_KEYS", settings.keys)
    return lambda: CliRunner().invoke(main, ["watch", "--home", str(settings.home)])


@pytest.fixture
def operator(signed_in):
    return signed_in("system_admin")


def lose_the_task(town):
    with town.work(SYSTEM) as work:
        work.session.execute(text("UPDATE tasks SET closed_at = '2026-03-02 09:00:00+00:00'"))


def test_watch_says_that_nothing_stands_still_where_nothing_does(watch, town, case):
    said = watch()

    assert (said.exit_code, said.output) == (0, "Intet står stille.\n")


def test_watch_names_what_stands_still_and_ends_with_one_each_time_it_is_asked(watch, town, case):
    lose_the_task(town)

    for _ in range(2):
        said = watch()
        assert said.exit_code == 1
        assert "»referral« står stille ved screening" in said.output
        assert "1 står stille. Se dem under Drift." in said.output


def test_the_operators_see_when_the_watchdog_went_round_and_what_it_found(operator, town, case):
    assert "Vagten har ikke gået sin første runde endnu." in operator.get("/drift/").text
    go_round(town)

    assert (
        "Vagten gik sidst runde i dag kl. 10.00 og så 1 åben proces. Ingen stod stille."
        in operator.get("/drift/").text
    )


def test_the_operators_see_what_the_watchdog_found(operator, town, case):
    lose_the_task(town)
    go_round(town)

    page = operator.get("/drift/").text
    assert "1 stod stille og er nu en hændelse." in page
    assert "det, den venter på, er væk" in page
