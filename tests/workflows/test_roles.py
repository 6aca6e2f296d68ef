"""The roles of the product: each has a name in both languages, and a way to be held."""

import tomllib

from tests.conftest import BPMN
from web.messages import english
from web.words import ROLE_TITLES
from workflows.demonstration.staff import PRODUCT_ROLES
from workflows.municipalities.roles import EVERY, LENDABLE, NOT_LENT, OUTSIDE, PLACES, POSTS


def test_every_role_has_a_name_and_every_name_a_role():
    assert set(ROLE_TITLES) == EVERY


def test_every_name_of_a_role_has_its_english():
    catalogue = english()

    assert [name for name in ROLE_TITLES.values() if not catalogue.get(name).string] == []


def test_a_role_is_held_in_one_way():
    assert len(POSTS) + len(PLACES) + len(OUTSIDE) == len(EVERY)


def test_the_packs_give_roles_that_there_are():
    given = {
        role
        for pack in BPMN.glob("municipalities/*/pack.toml")
        for role in tomllib.loads(pack.read_text("utf-8")).get("roles", {})
    }

    assert given | set(PRODUCT_ROLES) <= POSTS


def test_what_decides_about_people_or_the_product_is_never_lent():
    assert LENDABLE.isdisjoint(NOT_LENT)
    assert {"unit_leader", "chief_consultant", "system_admin", "dpo"} <= NOT_LENT
