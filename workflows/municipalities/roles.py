"""Every role of the product, and who may hold it. Their names stand in `web/words.py`."""

# Held by an employee in a unit. Source: domain, actors.
PROFESSIONS = frozenset(
    {
        "area_chief",
        "benefit_officer",
        "buddy_pair",
        "case_worker",
        "chief_consultant",
        "class_contact_teacher",
        "committee_politician",
        "company_consultant",
        "contact_person",
        "disability_psychiatry_authority",
        "drug_adviser",
        "education_ambassador",
        "education_coordinator",
        "guide",
        "health_nurse",
        "home_support",
        "inclusion_adviser",
        "intake",
        "job_adviser",
        "mentor",
        "physician_drug",
        "ppr_psychologist",
        "preventive_social_worker",
        "school_leader",
        "ssp_adviser",
        "support_contact",
        "teacher",
        "unit_leader",
        "uu_counsellor",
        "youth_adviser",
        "youth_consultant",
        "youth_disability_authority",
    }
)
# Held by those who look after the product; they open no case.
PRODUCT = frozenset({"process_designer", "system_admin", "dpo", "auditor"})
POSTS = PROFESSIONS | PRODUCT
# Come of a place in a case or in a forum, never of a post.
PLACES = frozenset(
    {
        "background_group",
        "committee_member",
        "coordinator",
        "handover_receiver",
        "handover_sender",
        "leader_forum",
        "mandated_member",
        "plan_owner",
        "primary_responsible",
        "steering_group",
        "team_convenor",
    }
)
# Never sign in here.
OUTSIDE = frozenset(
    {
        "association",
        "company",
        "education_institution",
        "guardian",
        "network_person",
        "police_ssp",
        "psychiatry_region",
        "volunteer",
        "young_person",
    }
)
EVERY = POSTS | PLACES | OUTSIDE
# Decide about people or about the product: a leader cannot lend them to somebody else.
NOT_LENT = PRODUCT | {"unit_leader", "area_chief", "school_leader", "chief_consultant"}
LENDABLE = PROFESSIONS - NOT_LENT
