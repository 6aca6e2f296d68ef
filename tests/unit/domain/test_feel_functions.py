"""The calendar words that every expression may use."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.domain.feel_functions import functions
from engine.domain.parameters import register

TODAY = date(2026, 12, 21)
PARAMETERS = register(
    {
        "screening": "5 WD",
        "consent.own_age": 15,
        "aftercare.checks": ["P1M", "P3M"],
        "absence.rolling": False,
    }
)
AT_NINE = datetime(2026, 12, 21, 8, 12, tzinfo=UTC)


@pytest.fixture
def feel(calendar):
    return functions(calendar, PARAMETERS, TODAY)


def test_today_is_the_day_it_was_made_for(feel):
    assert feel["today"]() == TODAY


def test_a_parameter_comes_as_text_number_answer_or_list(feel):
    keys = ["screening", "consent.own_age", "absence.rolling", "aftercare.checks"]

    values = [feel["param"](key) for key in keys]

    assert values == ["5 WD", Decimal(15), False, ["P1M", "P3M"]]


@pytest.mark.parametrize("start", [TODAY, "2026-12-21", AT_NINE, "2026-12-21T09:12:00+01:00"])
def test_a_day_may_be_a_date_a_text_or_an_instant(feel, start):
    assert feel["after"](start, "5 WD") == date(2026, 12, 30)


def test_an_instant_near_midnight_belongs_to_its_local_day(feel):
    assert feel["after"]("2026-12-20T23:30:00Z", "P1D") == date(2026, 12, 22)


def test_after_and_before_move_by_a_period(feel):
    assert feel["after"]("2026-06-10", "P3M") == date(2026, 9, 10)
    assert feel["before"]("2026-04-09", "5 WD") == date(2026, 3, 30)


def test_hours_move_an_instant(feel):
    assert feel["after"]("2026-12-23T14:00:00Z", "24 h") == datetime(2026, 12, 24, 14, tzinfo=UTC)


@pytest.mark.parametrize("number", [5, Decimal(5), "5 WD"])
def test_working_days_are_a_number_or_a_period(feel, number):
    assert feel["working_days"](TODAY, number) == date(2026, 12, 30)


def test_a_parameter_feeds_a_deadline(feel):
    assert feel["working_days"]("2026-03-26", feel["param"]("screening")) == date(2026, 4, 7)


def test_ages_are_full_years(feel):
    assert feel["age"]("2010-05-09") == Decimal(16)
    assert feel["age_on"]("2010-05-09", "2028-05-08") == Decimal(17)
    assert isinstance(feel["age"]("2010-05-09"), Decimal)


@pytest.mark.parametrize("age", ["17y6m", "P17Y6M"])
def test_the_day_of_an_age_is_a_date(feel, age):
    assert feel["age_date"](date(2008, 8, 31), age) == date(2026, 2, 28)


def test_one_born_on_29_february_has_duties_before_and_rights_after(feel):
    assert feel["age_date"]("2008-02-29", "18y") == date(2026, 2, 28)
    assert feel["age_on"]("2008-02-29", "2026-02-28") == Decimal(17)


def test_a_municipality_may_set_the_birthday_of_29_february(calendar):
    settings = register({"leap_day.rights": "02-28", "leap_day.duties": "03-01"})
    feel = functions(calendar, settings, TODAY)

    assert feel["age_date"]("2008-02-29", "18y") == date(2026, 3, 1)
    assert feel["age_on"]("2008-02-29", "2026-02-28") == Decimal(18)


def test_days_roll_only_when_asked(feel):
    assert feel["after"]("2026-12-18", "P14D") == date(2027, 1, 1)
    assert feel["roll_back"]("2027-01-01") == date(2026, 12, 30)
    assert feel["roll_forward"]("2027-01-01") == date(2027, 1, 4)


def test_a_day_has_its_midnight_and_its_morning(feel):
    assert feel["start_of"]("2026-09-20") == datetime(2026, 9, 19, 22, tzinfo=UTC)
    assert feel["at_eight"]("2026-09-20") == datetime(2026, 9, 20, 6, tzinfo=UTC)


def test_the_earlier_and_the_later_of_two_days(feel):
    assert feel["earlier"]("2026-09-20", date(2026, 9, 21)) == date(2026, 9, 20)
    assert feel["later"]("2026-09-20", date(2026, 9, 21)) == date(2026, 9, 21)


def test_nothing_is_passed_over_when_choosing(feel):
    assert feel["later"](None, "2026-09-20") == date(2026, 9, 20)
    assert feel["earlier"](None, None) is None


def test_two_instants_are_chosen_between_as_instants(feel):
    noon, one = datetime(2026, 9, 20, 12, tzinfo=UTC), datetime(2026, 9, 20, 13, tzinfo=UTC)

    assert feel["later"](noon, one) == one
    assert feel["earlier"](noon.isoformat(), one) == noon


def test_an_instant_and_a_day_are_chosen_between_as_days(feel):
    assert feel["later"](AT_NINE, "2026-12-20") == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("param", ["frist"], "Der er ingen parameter »frist«"),
        ("param", [5], "»5« er ikke en parameter"),
        ("after", [None, "5 WD"], "Ingen værdi (null) er ikke en dato"),
        ("after", ["i morgen", "5 WD"], "»i morgen« er ikke en dato"),
        ("after", ["2026-02-30", "5 WD"], "»2026-02-30« findes ikke i kalenderen"),
        ("after", ["2026-02-03Tnoon", "5 WD"], "»2026-02-03Tnoon« findes ikke i kalenderen"),
        ("after", ["2026-02-03T12:00:00", "5 WD"], "mangler en tidszone"),
        ("after", ["2026-02-03", "snart"], "»snart« er ikke en periode"),
        ("after", ["2026-02-03", 5], "»5« er ikke en periode"),
        ("after", ["2026-02-03", "24 h"], "24 timer skal regnes fra et tidspunkt"),
        ("after", [20260203, "5 WD"], "»20260203« er ikke en dato"),
        ("working_days", ["2026-02-03", "P5D"], "»P5D« er ikke et antal arbejdsdage"),
        ("working_days", ["2026-02-03", Decimal("1.5")], "»1.5« er ikke et antal arbejdsdage"),
        ("working_days", ["2026-02-03", True], "»True« er ikke et antal arbejdsdage"),
        ("working_days", ["2026-02-03", None], "Ingen værdi (null) er ikke et antal arbejdsdage"),
        ("age_date", ["2008-02-29", "5 WD"], "»5 WD« er ikke en alder"),
        ("age_on", ["2008-02-29", "2007-01-01"], "Fødselsdatoen ligger efter"),
    ],
)
def test_a_wrong_value_is_told_in_a_danish_sentence(feel, name, arguments, sentence):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the sentence is asserted below
        feel[name](*arguments)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [("2010-05-03", 18, date(2028, 5, 3)), ("2012-02-29", Decimal(15), date(2027, 2, 28))],
)
def test_a_birthday_is_the_day_of_so_many_whole_years(feel, born, years, day):
    assert feel["birthday"](born, years) == day


@pytest.mark.parametrize("years", [True, "18", Decimal("17.5"), -1, 151])
def test_a_birthday_of_no_whole_age_is_refused(feel, years):
    with pytest.raises(ValueError, match="er ikke"):
        feel["birthday"]("2010-02-28", years)
