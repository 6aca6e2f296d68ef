"""Every role of the domain's actors, by where it is held. Nothing here is read from the product."""

NOT_SIGNED_IN = "-"
# Held in a unit.
PROFESSIONS = (
    "education_coordinator",
    "uu_counsellor",
    "job_adviser",
    "youth_adviser",
    "youth_consultant",
    "case_worker",
    "guide",
    "contact_person",
    "support_contact",
    "mentor",
    "home_support",
    "ppr_psychologist",
    "health_nurse",
    "disability_psychiatry_authority",
    "youth_disability_authority",
    "drug_adviser",
    "physician_drug",
    "teacher",
    "class_contact_teacher",
    "school_leader",
    "preventive_social_worker",
    "inclusion_adviser",
    "ssp_adviser",
    "education_ambassador",
    "company_consultant",
    "benefit_officer",
    "buddy_pair",
    "intake",
    "unit_leader",
    "area_chief",
    "chief_consultant",
)
# Model and deploy, users and keys, requests of the registered, evidence; and aggregates alone.
# "System administrators and process owners see no case content."
KEEPERS = ("process_designer", "system_admin", "dpo", "auditor")
POLITICIAN = "committee_politician"
# A seat in a forum, not a post.
IN_A_TEAM = ("team_convenor", "mandated_member", "committee_member", "background_group")
LEADERS_FORUMS = ("leader_forum", "steering_group")
IN_A_FORUM = (*IN_A_TEAM, *LEADERS_FORUMS)
# An office in one case.
IN_A_CASE = (
    "primary_responsible",
    "coordinator",
    "plan_owner",
    "handover_sender",
    "handover_receiver",
)
# They never sign in here: whatever they ask for, they are answered as who is not signed in.
OUTSIDE = (
    "young_person",
    "guardian",
    "network_person",
    "education_institution",
    "company",
    "volunteer",
    "association",
    "psychiatry_region",
    "police_ssp",
)

IN_HANDOVER = ("handover_sender", "handover_receiver")
LEADS_UNITS = ("unit_leader", "area_chief")
SCHOOLS = ("teacher", "class_contact_teacher", "school_leader", "education_ambassador")
DRUG_CENTRE = ("drug_adviser", "physician_drug")
WALKED = (*PROFESSIONS, *KEEPERS, POLITICIAN, *IN_A_FORUM, *IN_A_CASE, NOT_SIGNED_IN)
