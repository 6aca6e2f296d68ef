"""Which tables are about persons; what is read of them is read for a purpose."""

ABOUT_PERSONS = frozenset(
    {
        "young_people",
        "guardians",
        "youth_cases",
        "assignments",
        "answers",
        "annotations",
        "consents",
        "consent_answers",
        "legal_basis_uses",
        "broken_glass",
        "plans",
        "plan_versions",
        "goals",
        "follow_ups",
        "handovers",
        "agreements",
        "seatings",
    }
)
