"""The register of the numbers that a municipality may set."""

import pytest

from engine.domain.calendars import DayType
from engine.domain.errors import InvalidDefinition
from engine.domain.parameters import Parameter, Parameters, Period, register

DEFAULTS = register(
    {
        "screening": "5 WD",
        "consent.own_age": 15,
        "aftercare.checks": ["P1M", "P3M", "P6M"],
        "kl_network.cadence": "",
        "absence.rolling": False,
    }
)


def test_a_key_is_worth_its_default():
    assert DEFAULTS.get("screening") == "5 WD"
    assert DEFAULTS.get("aftercare.checks") == ("P1M", "P3M", "P6M")


def test_a_value_can_be_read_as_a_period():
    assert DEFAULTS.period("screening") == Period(days=5, day_type=DayType.WORKING)


def test_a_value_that_is_no_period_is_told_by_its_key():
    with pytest.raises(InvalidDefinition, match=r"consent\.own_age"):
        DEFAULTS.period("consent.own_age")


def test_an_unknown_key_is_refused_with_the_nearest_one():
    with pytest.raises(InvalidDefinition, match=r"»screning«\. Mente du »screening«"):
        DEFAULTS.get("screning")


def test_a_municipality_overrides_a_default_and_says_so():
    local = DEFAULTS.overridden_by({"screening": "3 WD"}, "kommunens pakke")

    assert local.entry("screening") == Parameter(
        key="screening", value="3 WD", source="kommunens pakke", default="5 WD"
    )
    assert local.entry("screening").is_overridden
    assert not DEFAULTS.entry("screening").is_overridden


def test_an_override_of_an_unknown_key_is_refused():
    with pytest.raises(InvalidDefinition, match="Der er ingen parameter »frist«"):
        DEFAULTS.overridden_by({"frist": "3 WD"}, "kommunens pakke")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("screening", 5),
        ("screening", "snart"),
        ("consent.own_age", "15"),
        ("consent.own_age", True),
        ("aftercare.checks", "P1M"),
        ("absence.rolling", 1),
        ("screening", {"days": 5}),
    ],
)
def test_an_override_of_another_kind_is_refused(key, value):
    with pytest.raises(InvalidDefinition, match=key):
        DEFAULTS.overridden_by({key: value}, "kommunens pakke")


def test_a_register_may_be_made_of_parameters_with_their_own_sources():
    one = Parameter(key="complaint", value="P4W", source="loven", default="P4W")

    parameters = Parameters.of([one])

    assert parameters.entry("complaint") == one
    assert "complaint" in parameters
    assert "screening" not in parameters
