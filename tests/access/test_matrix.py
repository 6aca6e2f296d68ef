"""The need-to-know matrix: every role stands in it once, and it says nothing it cannot mean."""

import pytest

from engine.domain.errors import InvalidDefinition
from tests.architecture.shipped import ROLES
from web.words import ROLE_TITLES
from workflows.access.matrix import FILE, matrix, read_matrix
from workflows.offering import CASE_ROLES

# The roles of the work, as the domain names them.
DOMAIN = {
    "young_person", "guardian", "network_person", "education_coordinator", "plan_owner",
    "uu_counsellor", "job_adviser", "youth_adviser", "youth_consultant", "case_worker", "guide",
    "contact_person", "support_contact", "mentor", "home_support", "ppr_psychologist",
    "health_nurse", "disability_psychiatry_authority", "youth_disability_authority",
    "drug_adviser", "physician_drug", "teacher", "class_contact_teacher", "school_leader",
    "preventive_social_worker", "inclusion_adviser", "ssp_adviser", "education_ambassador",
    "company_consultant", "benefit_officer", "buddy_pair", "team_convenor", "mandated_member",
    "committee_member", "background_group", "unit_leader", "area_chief", "leader_forum",
    "steering_group", "chief_consultant", "committee_politician", "education_institution",
    "company", "volunteer", "association", "psychiatry_region", "police_ssp", "process_designer",
    "system_admin", "dpo", "auditor",
}  # fmt: skip


def named() -> set[str]:
    return {role for row in matrix().rows.values() for role in row.roles} | matrix().nothing


def test_every_role_of_the_domain_and_of_the_product_stands_in_it():
    assert (DOMAIN | set(ROLE_TITLES) | CASE_ROLES | set(ROLES)) - named() == set()


def test_no_row_is_without_a_role_and_no_role_is_made_up():
    product = set(ROLE_TITLES) | CASE_ROLES

    assert named() - DOMAIN - product == set()
    assert all(row.roles for row in matrix().rows.values())


@pytest.mark.parametrize("role", ["system_admin", "process_designer", "dpo", "auditor"])
def test_who_looks_after_the_product_reads_nothing_of_any_case(role):
    assert matrix().row_of(role) is None


def test_only_the_drug_centre_reads_in_its_compartment_and_the_young_person():
    readers = {name for name, row in matrix().rows.items() if row.compartments["drug_treatment"]}

    assert readers == {"drug_adviser", "leader", "young_person"}


def test_a_municipalitys_own_role_reads_as_a_member_of_a_team_does():
    assert matrix().row_of("fritidsvejleder") is matrix().rows["team"]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('K0 = ["own", "task", "break_glass"]', 'K0 = ["allways"]'),
        ('roles = ["guide"]', 'roles = ["guide", "mentor"]'),
        ('cpr = "masked"', 'cpr = "open"'),
        ("K4 =", "K9 ="),
    ],
)
def test_a_word_that_means_nothing_is_refused(written, instead):
    text = FILE.read_text(encoding="utf-8")
    assert written in text

    with pytest.raises(InvalidDefinition):
        read_matrix(text.replace(written, instead))
