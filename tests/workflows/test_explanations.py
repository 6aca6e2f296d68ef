"""A reckoning in plain words: on pages, and in messages that travel unprotected."""

from workflows.explanations import explained, in_a_mail, in_danish

CONTACT = {
    "rule": 'after(created, param("contact"))',
    "steps": [
        {"by": "given", "name": "created", "to": "2026-12-21"},
        {
            "by": "after",
            "period": "5 WD",
            "key": "drug.medical_talk",
            "source": "Vores standard",
            "to": "2026-12-30",
            "off": [["2026-12-24", "lukkedag: Juleaften"], ["2026-12-25", "1. juledag"]],
        },
    ],
}
RECEIVER = {
    "rule": 'age_date(birth_date, param("handover.receiver_named"))',
    "steps": [
        {"by": "given", "name": "birth_date", "to": "2008-09-20"},
        {"by": "age", "period": "17y9m", "key": "handover.receiver_named", "to": "2026-06-20"},
        {"by": "back", "to": "2026-06-19"},
    ],
}


def test_a_count_is_told_step_by_step():
    assert explained(CONTACT) == [
        "Regnes fra den dag, opgaven kom: mandag 21. december 2026.",
        "5 arbejdsdage efter er onsdag 30. december 2026.",
        "Weekender er ikke talt med.",
        "Tæller ikke: torsdag 24. december 2026 (lukkedag: Juleaften) "
        "og fredag 25. december 2026 (1. juledag).",
        "Længden er »drug.medical_talk«. Kilde: Vores standard.",
        'Reglen i diagrammet: after(created, param("contact"))',
    ]


def test_an_age_and_a_roll_are_told():
    told = in_danish(RECEIVER)

    assert "Alderen 17 år og 9 måneder er nået lørdag 20. juni 2026." in told
    assert "Det er ikke en arbejdsdag. Fristen ligger før, fredag 19. juni 2026." in told


def test_hours_are_told_in_local_time():
    steps = [
        {"by": "given", "name": "created_at", "to": "2026-12-23T14:00:00+00:00"},
        {"by": "after", "period": "24 h", "to": "2026-12-24T14:00:00+00:00"},
    ]

    assert explained({"rule": "r", "steps": steps})[1] == (
        "24 timer efter er torsdag 24. december 2026 kl. 15.00."
    )


def test_a_mail_never_gives_a_birth_date_away():
    assert in_a_mail(RECEIVER) == "Fristen følger af den unges alder."


def test_a_mail_tells_no_parameter_from_which_one_could_read_what_the_case_is_about():
    assert "drug" not in in_a_mail(CONTACT)
    assert "5 arbejdsdage efter er onsdag 30. december 2026." in in_a_mail(CONTACT)


def test_a_deadline_of_before_keeps_its_own_sentence():
    assert explained({"rule": "r", "why": "5 arbejdsdage efter mandag."}) == [
        "5 arbejdsdage efter mandag."
    ]


def test_no_deadline_needs_no_explanation():
    assert explained({}) == []
