"""What a consent covers, how long it holds, and what takes its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from engine.domain.errors import InvalidAnswers, NotAllowed
from engine.ports import SYSTEM, Actor
from engine.storage.work import Casework, Work
from tests.workflows.conftest import Life
from workflows.access.records import AccessGrantRow
from workflows.cases.records import YouthCaseRow
from workflows.consent.bases import Use, use_legal_basis
from workflows.consent.grounds import may_share
from workflows.consent.records import ConsentRow
from workflows.consent.requests import Asked, ask_for_consent
from workflows.consent.rules import is_too_general
from workflows.consent.vocabulary import vocabulary
from workflows.people.services import NewYoungPerson

OLDER = NewYoungPerson(
    first_name="Karla",
    last_name="Opdigtet",
    birth_date=date(2009, 2, 11),
    email="karla@borger.example",
)
TO_A_UNIT = Asked(
    purpose="disclose",
    types=("school", "absence"),
    to_parties=("unit:ungecenter",),
    what_for="Et skema, der passer.",
)


@pytest.fixture
def life(refer: Callable[..., YouthCaseRow], living: Callable[[UUID], Life]) -> Life:
    """Karla, 17, whose own yes has put her case on the agenda of her team."""
    found = living(refer(OLDER, schooling="none").case_id)
    found.do("screening", effort="team", disciplines=["uu_counsellor"])
    found.do("record_answer", answer="yes", channel="mitid")
    return found


def asked(life: Life, actor: Actor, request: Asked) -> None:
    """Somebody asks for a consent."""
    life.casework.act(actor, lambda work: ask_for_consent(work, life.case_id, request) and None)


def opened(life: Life) -> list[tuple[str, list[str], str | None]]:
    """What is or was open: for whom, which types, and why no longer."""
    return [
        (
            "forum" if row.forum_id else "unit" if row.unit_id else "other",
            row.types,
            row.revoked_why,
        )
        for row in sorted(life.all(AccessGrantRow), key=lambda row: row.starts_at)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Alt",
        "alle relevante oplysninger",
        "Hvad der er relevant i sagen",
        "Alt hvad skolen ved om mig",
        "De oplysninger, der er nødvendige",
        "Relevante parter",
        "Skolen m.fl.",
        "Lægen, skolen osv.",
        "everything relevant",
    ],
)
def test_what_asks_for_everything_is_known(text: str) -> None:
    assert is_too_general(text)


@pytest.mark.parametrize(
    "text",
    [
        "Så skolen kan lave et skema, der passer til ham.",
        "Det er nødvendigt at tale med læreren om matematik.",
        "Lone Lærer, Opdigtet Skole",
        "Alle lærere i 8. b på Opdigtet Skole",
        "Hele familien flytter, så han skal skifte klub.",
    ],
)
def test_what_asks_for_something_is_let_through(text: str) -> None:
    assert not is_too_general(text)


def test_a_consent_opens_what_it_says_and_no_more(life: Life) -> None:
    (consent,) = life.all(ConsentRow)

    assert opened(life) == [("forum", sorted(consent.types), None)]
    (grant,) = life.all(AccessGrantRow)
    assert grant.classes == vocabulary().classes(consent.types)
    assert (grant.source, grant.source_id) == ("consent", consent.id)


def test_a_consent_before_18_ends_on_the_birthday_at_midnight(life: Life) -> None:
    (consent,) = life.all(ConsentRow)
    (grant,) = life.all(AccessGrantRow)

    assert consent.expires_on == date(2027, 2, 11)
    assert grant.ends_at == datetime(2027, 2, 10, 23, tzinfo=UTC)


def test_at_18_nothing_is_shared_until_the_adult_has_said_yes(life: Life) -> None:
    life.until(datetime(2027, 2, 10, 22, 59, 59, tzinfo=UTC))
    with life.casework.work(SYSTEM) as work:
        before = may_share(work, life.case_id)
    life.until(datetime(2027, 2, 10, 23, tzinfo=UTC))
    with life.casework.work(SYSTEM) as work:
        after = may_share(work, life.case_id)

    assert (before, after) == (True, False)


def test_a_consent_to_one_more_leaves_that_to_the_team(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    asked(life, acting_as("intake"), TO_A_UNIT)
    life.do("record_answer", answer="yes", channel="mitid")

    assert {row.purpose: row.status for row in life.all(ConsentRow)} == {
        "team_assessment": "active",
        "disclose": "active",
    }
    assert [who for who, _types, why in opened(life) if why is None] == ["forum", "unit"]


def test_a_no_to_one_more_leaves_that_to_the_team(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    asked(life, acting_as("intake"), TO_A_UNIT)
    life.do("record_answer", answer="no", channel="mitid")

    assert {row.purpose: row.status for row in life.all(ConsentRow)} == {
        "team_assessment": "active",
        "disclose": "refused",
    }


def test_a_period_of_its_own_ends_the_consent(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    until = replace(TO_A_UNIT, lasts_until=date(2026, 4, 30))
    asked(life, acting_as("intake"), until)
    life.do("record_answer", answer="yes", channel="mitid")

    consent = next(row for row in life.all(ConsentRow) if row.purpose == "disclose")
    assert consent.expires_on == date(2026, 5, 1)


def test_a_consent_that_nobody_renews_expires_and_closes_what_it_opened(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    until = replace(TO_A_UNIT, lasts_until=date(2026, 4, 30))
    asked(life, acting_as("intake"), until)
    life.do("record_answer", answer="yes", channel="mitid")
    life.until(datetime(2026, 5, 1, 6, tzinfo=UTC))

    found = {row.purpose: row.status for row in life.all(ConsentRow)}
    assert found == {"team_assessment": "active", "disclose": "expired", "renewal": "asked"}
    assert [why for who, _types, why in opened(life) if who == "unit"] == ["suspended"]


def test_a_renewal_asks_for_the_same_to_the_same(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    until = replace(TO_A_UNIT, lasts_until=date(2026, 4, 30))
    asked(life, acting_as("intake"), until)
    life.do("record_answer", answer="yes", channel="mitid")
    life.until(datetime(2026, 4, 2, 6, tzinfo=UTC))

    renewal = next(row for row in life.all(ConsentRow) if row.purpose == "renewal")
    assert (renewal.types, renewal.to_parties) == (["school", "absence"], ["unit:ungecenter"])


def test_who_only_has_a_task_in_the_case_cannot_ask(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    with pytest.raises(NotAllowed):
        asked(life, acting_as("uu_counsellor"), TO_A_UNIT)


def test_the_law_opens_what_it_says_until_the_day(
    life: Life, acting_as: Callable[[str], Actor]
) -> None:
    use = Use(
        basis="institution_risk",
        reason="Skolen skal kunne hjælpe ham, før han falder fra.",
        types=("absence",),
        to_parties=("unit:ungecenter",),
        until=date(2026, 4, 1),
        told=True,
    )
    life.casework.act(
        acting_as("intake"), lambda work: use_legal_basis(work, life.case_id, use) and None
    )

    grant = next(row for row in life.all(AccessGrantRow) if row.source == "legal_basis")
    assert (grant.types, grant.ends_at) == (["absence"], datetime(2026, 3, 31, 22, tzinfo=UTC))


def test_a_basis_for_one_meeting_serves_that_and_one_that_follows_it_up(
    town: Casework, life: Life, acting_as: Callable[[str], Actor]
) -> None:
    use = Use(
        basis="early_meeting",
        reason="Skole og sundhedsplejerske mødes om hans fravær.",
        types=("absence",),
        outside=("Lone Lærer, Opdigtet Skole",),
        until=date(2026, 4, 1),
        told=True,
    )

    def once_more(work: Work) -> None:
        use_legal_basis(work, life.case_id, use)

    town.act(acting_as("intake"), once_more)
    town.act(acting_as("intake"), once_more)
    with pytest.raises(InvalidAnswers) as refused:
        town.act(acting_as("intake"), once_more)

    assert set(refused.value.problems) == {"basis"}
