"""Settings changed in the house: a new version each, above the pack, and a way back."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from engine.domain.errors import Conflict, InvalidAnswers, NotAllowed
from engine.ports import SYSTEM, Actor
from engine.storage.models import ConfigurationRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from workflows.municipalities.layers import (
    CLOSING_DAY,
    PARAMETER,
    SCHOOL_HOLIDAY,
    SERIES,
    Change,
    setting,
)
from workflows.municipalities.packs import install_pack, read_pack
from workflows.municipalities.setting_rules import (
    check_series,
    closing_day_key,
    parameter_value,
    school_holiday_key,
)
from workflows.municipalities.settings import (
    change_setting,
    current,
    forum_called,
    history,
    series_settings,
    settings_in_force,
    undo_change,
)

MAY_DAY = Change(kind=CLOSING_DAY, key="05-01", before=None, after="1. maj")
REASON = "Besluttet af direktionen"


@pytest.fixture
def owner(acting_as: Callable[[str], Actor]) -> Actor:
    """The process owner."""
    return acting_as("process_designer")


def seen(work: Work) -> int:
    return work.configuration.number


def change(town: Casework, owner: Actor, wanted: Change) -> int:
    return town.act(
        owner, lambda work: change_setting(work, wanted, reason=REASON, seen=seen(work))
    )


def undo(town: Casework, owner: Actor, number: int) -> int:
    return town.act(
        owner, lambda work: undo_change(work, number, reason="En fejl", seen=seen(work))
    )


def install_again(town: Casework) -> None:
    town.act(SYSTEM, lambda work: install_pack(work, read_pack(BPMN, "sonderborg")))


def parameter(town: Casework, key: str, value: str, source: str = "Direktionen") -> Change:
    with town.work(SYSTEM) as work:
        before = setting(settings_in_force(work), PARAMETER, key)
    after = {"value": value, "source": source}
    return Change(kind=PARAMETER, key=key, before=before, after=after)


def series(town: Casework, **more: str) -> Change:
    with town.work(SYSTEM) as work:
        before = series_settings(forum_called(work, "team1"))
    return Change(kind=SERIES, key="team1", before=before, after={**before, **more})


def worth(town: Casework, key: str) -> str:
    with town.work(SYSTEM) as work:
        return str(work.parameters.get(key))


def works_on(town: Casework, day: date) -> bool:
    with town.work(SYSTEM) as work:
        return work.calendar.is_counting(day)


def versions(town: Casework) -> int:
    with town.work(SYSTEM) as work:
        return work.session.scalar(select(func.count()).select_from(ConfigurationRow)) or 0


# -- A change is a new version --------------------------------------------------------------


def test_a_change_is_in_force_in_a_new_version_and_the_old_one_stays(town, owner):
    before = versions(town)

    change(town, owner, MAY_DAY)

    assert not works_on(town, date(2026, 5, 1))
    assert versions(town) == before + 1
    with town.work(SYSTEM) as work:
        old = work.session.scalars(
            select(ConfigurationRow).order_by(ConfigurationRow.number)
        ).first()
        assert old is not None
        assert "own" not in old.content


def test_the_history_tells_who_what_and_why(town, owner):
    number = change(town, owner, MAY_DAY)

    with town.work(SYSTEM) as work:
        newest = history(work, 5)[0]

    assert (newest.number, newest.by, newest.reason) == (number, owner.name, REASON)
    assert newest.changes == [MAY_DAY]


def test_a_change_without_a_reason_is_refused(town, owner):
    with pytest.raises(InvalidAnswers) as refused:
        town.act(owner, lambda work: change_setting(work, MAY_DAY, reason=" ", seen=seen(work)))

    assert list(refused.value.problems) == ["reason"]


def test_only_a_process_owner_changes_settings(town, acting_as):
    with pytest.raises(NotAllowed):
        change(town, acting_as("chief_consultant"), MAY_DAY)


def test_who_saw_an_older_version_is_told(town, owner):
    with town.work(SYSTEM) as work:
        old = seen(work)
    change(town, owner, MAY_DAY)
    other = Change(kind=CLOSING_DAY, key="2026-12-30", before=None, after="Lukket")

    with pytest.raises(Conflict):
        town.act(owner, lambda work: change_setting(work, other, reason=REASON, seen=old))


def test_what_is_the_same_is_no_change(town, owner):
    with pytest.raises(InvalidAnswers):
        change(town, owner, parameter(town, "screening", "5 WD", "Vores standard"))


# -- The way back ---------------------------------------------------------------------------


def test_a_change_is_taken_back_by_a_new_version(town, owner):
    before = versions(town)
    number = change(town, owner, MAY_DAY)

    undo(town, owner, number)

    assert works_on(town, date(2026, 5, 1))
    assert versions(town) == before + 2


def test_an_older_change_can_be_taken_back_and_the_newer_stay(town, owner):
    number = change(town, owner, MAY_DAY)
    change(town, owner, parameter(town, "screening", "7 WD"))

    undo(town, owner, number)

    assert works_on(town, date(2026, 5, 1))
    assert worth(town, "screening") == "7 WD"


def test_what_has_been_changed_again_is_not_taken_back(town, owner):
    number = change(town, owner, parameter(town, "screening", "7 WD"))
    change(town, owner, parameter(town, "screening", "8 WD"))

    with pytest.raises(Conflict):
        undo(town, owner, number)
    assert worth(town, "screening") == "8 WD"


def test_a_series_is_taken_back_too(town, owner):
    wanted = series(town, cadence="P7D", place="Biblioteket")
    number = change(town, owner, wanted)

    undo(town, owner, number)

    with town.work(SYSTEM) as work:
        assert current(work, wanted) == wanted.before


# -- The pack and the house -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key", "name", "day"),
    [
        (CLOSING_DAY, "05-01", "1. maj", date(2026, 5, 1)),
        (CLOSING_DAY, "2026-12-30", "Lukket", date(2026, 12, 30)),
    ],
)
def test_a_pack_put_in_again_leaves_a_closing_day_of_the_house(town, owner, kind, key, name, day):
    change(town, owner, Change(kind=kind, key=key, before=None, after=name))

    install_again(town)

    assert not works_on(town, day)


def test_a_pack_put_in_again_does_not_bring_back_a_closing_day_that_was_removed(town, owner):
    change(town, owner, Change(kind=CLOSING_DAY, key="06-05", before="Grundlovsdag", after=None))

    install_again(town)

    assert works_on(town, date(2026, 6, 5))


def test_a_pack_put_in_again_leaves_a_number_and_its_source(town, owner):
    change(town, owner, parameter(town, "screening", "7 WD"))

    install_again(town)

    with town.work(SYSTEM) as work:
        entry = work.parameters.entry("screening")
    assert (entry.value, entry.source, entry.default) == ("7 WD", "Direktionen", "5 WD")


def test_a_pack_put_in_again_leaves_a_series_of_the_house(town, owner):
    change(town, owner, series(town, place="Biblioteket", starts="10:00", ends="12:00"))

    install_again(town)

    with town.work(SYSTEM) as work:
        forum = forum_called(work, "team1")
        assert (forum.place, forum.starts, forum.cadence) == (
            "Biblioteket",
            "10:00",
            "team1.cadence",
        )


def test_a_pack_put_in_again_after_a_change_makes_no_version(town, owner):
    change(town, owner, MAY_DAY)
    before = versions(town)

    install_again(town)

    assert versions(town) == before


def test_a_number_back_at_that_of_the_pack_follows_the_pack_again(town, owner):
    wanted = parameter(town, "screening", "7 WD")
    change(town, owner, wanted)

    change(town, owner, wanted.undone)

    with town.work(SYSTEM) as work:
        assert "own" not in settings_in_force(work)


# -- School days ----------------------------------------------------------------------------


def test_a_school_holiday_is_no_school_day_and_a_working_day(town, owner):
    autumn = Change(
        kind=SCHOOL_HOLIDAY, key="2026-10-12/2026-10-16", before=None, after="Efterårsferie"
    )

    change(town, owner, autumn)

    with town.work(SYSTEM) as work:
        words = work.functions
        assert words["after"](date(2026, 10, 9), "1 SD") == date(2026, 10, 19)
        assert words["after"](date(2026, 10, 9), "1 WD") == date(2026, 10, 12)


# -- What may be typed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("screening", "snart"),
        ("screening", "24 h"),
        ("consent.own_age", "15 WD"),
        ("leap_day.rights", "03-02"),
        ("quiet.from", "sent"),
        ("quiet.from", "25:00"),
        ("quiet.days_off", "måske"),
        ("aftercare.checks", "P1M, snart"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_an_example(town, key, text):
    with town.work(SYSTEM) as work:
        entry = work.parameters.entry(key)

    with pytest.raises(InvalidAnswers):
        parameter_value(entry, text)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("screening", " 7 WD ", "7 WD"),
        ("screening", "P1M", "P1M"),
        ("consent.own_age", "15y6m", "15y6m"),
        ("leap_day.rights", "02-28", "02-28"),
        ("quiet.from", "19:30", "19:30"),
        ("quiet.days_off", "Nej", False),
        ("aftercare.checks", "P1M, P2M", ("P1M", "P2M")),
    ],
)
def test_a_value_of_the_same_kind_is_taken(town, key, text, value):
    with town.work(SYSTEM) as work:
        assert parameter_value(work.parameters.entry(key), text) == value


def test_a_cadence_that_no_series_can_be_counted_by_is_refused(town, owner):
    with pytest.raises(InvalidAnswers):
        change(town, owner, parameter(town, "team1.cadence", "5 WD"))


@pytest.mark.parametrize(
    ("day", "every_year"),
    [
        (date(2026, 2, 27), False),  # gone
        (date(2026, 3, 7), False),  # a Saturday
        (date(2026, 4, 2), False),  # Maundy Thursday
        (date(2027, 12, 24), True),  # closed already
    ],
)
def test_a_closing_day_must_be_a_day_that_counts(town, day, every_year):
    with town.work(SYSTEM) as work, pytest.raises(InvalidAnswers):
        closing_day_key(work.calendar, day, every_year=every_year, today=date(2026, 3, 2))


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 10, 16), date(2026, 10, 12)),
        (date(2026, 10, 16), date(2026, 10, 20)),
        (date(2026, 6, 1), date(2026, 12, 1)),
    ],
)
def test_a_holiday_is_a_period_of_its_own(since, until):
    with pytest.raises(InvalidAnswers):
        school_holiday_key({"2026-10-12/2026-10-16": "Efterårsferie"}, since, until)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"cadence": "tit"}, "cadence"),
        ({"cut_off": "24 h"}, "cut_off"),
        ({"starts": "9"}, "starts"),
        ({"starts": "11:00", "ends": "09:00"}, "ends"),
    ],
)
def test_a_series_that_cannot_be_is_refused_at_its_field(more, field):
    wanted = {
        "cadence": "P14D",
        "anchor": "2026-03-19",
        "cut_off": "",
        "starts": "09:00",
        "ends": "11:00",
        "place": "",
    } | more

    with pytest.raises(InvalidAnswers) as refused:
        check_series(wanted, wanted["cadence"])

    assert list(refused.value.problems) == [field]
