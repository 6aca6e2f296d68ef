"""No other distribution in the environment brings packages of our names."""

from web.belonging import check_one_home, strangers


def test_nobody_else_brings_packages_of_our_names():
    assert strangers() == []


def test_a_stranger_would_be_named():
    assert strangers({"web": ["tovholder", "web.py"], "engine": ["tovholder"]}) == ["web.py"]


def test_our_packages_lie_side_by_side():
    check_one_home()
