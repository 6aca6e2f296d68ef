"""Calendar and deadlines as a process owner meets them."""

from collections.abc import Callable, Mapping

import pytest

from engine.ports import SYSTEM
from engine.storage.work import Casework
from tests.web.conftest import Page, Visitor

HERE = "/kalender-og-frister"
NEW_DAY = {
    "day-day": "30",
    "day-month": "12",
    "day-year": "2026",
    "often": "once",
    "name": "Kommunen holder lukket",
    "reason": "Byrådets beslutning",
}


@pytest.fixture
def owner(signed_in: Callable[[str], Visitor]) -> Visitor:
    """A process owner, signed in."""
    return signed_in("process_designer")


def preview(visitor: Visitor, path: str, typed: Mapping[str, str]) -> Page:
    visitor.get(f"{HERE}{path}")
    return visitor.post(f"{HERE}{path}", typed)


def confirm(visitor: Visitor, path: str, typed: Mapping[str, str]) -> Page:
    shown = preview(visitor, path, typed)
    assert shown.status == 200, shown.text
    sent = {**typed, "seen": shown.hidden("seen"), "confirmed": "1"}
    return visitor.post(f"{HERE}{path}", sent)


def closing_days(town: Casework) -> Mapping[str, str]:
    with town.work(SYSTEM) as work:
        return work.calendar.closing_days


def test_the_studio_leads_there(owner):
    assert owner.get("/processer").href("Kalender og frister") == HERE


def test_everything_a_deadline_is_counted_by_stands_on_the_page(owner):
    text = owner.get(HERE).text

    assert "Juleaften , 24. december, hvert år" in text
    assert "Screening af en henvisning 5 arbejdsdage tid Vores standard" in text
    assert "Ungeteam 1 hver 21. dag" in text
    assert "Der er ikke skrevet skoleferier ind." in text


def test_it_is_for_process_owners_alone(signed_in):
    assert signed_in("job_adviser").get(HERE).status == 403


def test_a_change_is_seen_before_it_is_made(owner, town):
    page = preview(owner, "/lukkedage/ny", NEW_DAY)

    assert page.status == 200
    assert "Intet er ændret endnu." in page.text
    assert "Kommunen holder lukket, ons. 30. dec." in page.text
    assert "2026-12-30" not in closing_days(town)


def test_a_change_that_is_confirmed_is_in_force_and_in_the_history(owner, town, names):
    page = confirm(owner, "/lukkedage/ny", NEW_DAY)

    assert (page.status, page.address) == (303, HERE)
    assert closing_days(town)["2026-12-30"] == "Kommunen holder lukket"
    history = owner.get(f"{HERE}/historik").text
    assert f"i dag kl. 10.00 , {names['process_designer']}" in history
    assert "Hvorfor: Byrådets beslutning" in history


def test_what_was_typed_stays_when_something_is_missing(owner):
    page = preview(owner, "/lukkedage/ny", {**NEW_DAY, "reason": "", "day-day": "31"})

    assert page.status == 422
    assert 'value="Kommunen holder lukket"' in page.html
    assert 'value="31"' in page.html


def test_a_day_that_does_not_count_anyway_is_refused_with_the_reason(owner):
    page = preview(owner, "/lukkedage/ny", {**NEW_DAY, "day-day": "26"})

    assert page.status == 422
    assert "Dagen tæller ikke i forvejen: 2. juledag." in page.text


def test_one_can_go_back_from_the_preview_with_what_was_typed(owner):
    page = owner.post(f"{HERE}/lukkedage/ny", {**NEW_DAY, "again": "1"})

    assert page.status == 200
    assert 'value="Kommunen holder lukket"' in page.html


def test_a_closing_day_is_removed(owner, town):
    page = confirm(owner, "/lukkedage/fjern/06-05", {"reason": "Vi har åbent"})

    assert page.status == 303
    assert "06-05" not in closing_days(town)


def test_a_school_holiday_stands_under_its_school_year(owner):
    typed = {"name": "Efterårsferie", "reason": "Skoleåret er planlagt"}
    for key, day in (("since", "12"), ("until", "16")):
        typed |= {f"{key}-day": day, f"{key}-month": "10", f"{key}-year": "2026"}

    assert confirm(owner, "/skoleferier/ny", typed).status == 303
    text = owner.get(HERE).text
    assert "Skoleåret 2026/2027 Efterårsferie , man. 12. okt. til fre. 16. okt." in text


def test_a_number_has_a_value_a_source_and_a_way_back_to_the_standard(owner, town):
    typed = {"value": "7 WD", "source": "Direktionen", "reason": "Der er mange henvisninger"}

    assert confirm(owner, "/tal/ret/screening", typed).status == 303
    text = owner.get(HERE).text
    assert "Screening af en henvisning 7 arbejdsdage tid Direktionen 5 arbejdsdage" in text
    assert (
        confirm(owner, "/tal/tilbage/screening", {"reason": "Det gik for langsomt"}).status == 303
    )
    with town.work(SYSTEM) as work:
        assert work.parameters.get("screening") == "5 WD"


def test_a_number_that_cannot_be_is_refused_with_an_example(owner):
    typed = {"value": "snart", "source": "Direktionen", "reason": "Vi vil"}

    page = preview(owner, "/tal/ret/screening", typed)

    assert page.status == 422
    assert "»snart« er ikke en periode som 5 WD, 30 CD, 24 h, P3M eller 17y6m." in page.text
    assert 'value="snart"' in page.html


def test_a_series_of_meetings_is_changed(owner):
    typed = {
        "cadence": "P14D",
        "anchor-day": "19",
        "anchor-month": "3",
        "anchor-year": "2026",
        "starts": "10:00",
        "ends": "12:00",
        "cut_off": "3 WD",
        "place": "Biblioteket",
        "reason": "Flere sager",
    }

    assert confirm(owner, "/moeder/ret/team1", typed).status == 303
    text = owner.get(HERE).text
    assert "Ungeteam 1 hver 14. dag tors. 19. mar. Hvorfor?" in text
    assert "10:00–12:00 3 arbejdsdage Biblioteket" in text


def test_a_change_is_taken_back_with_a_reason(owner, town):
    confirm(owner, "/lukkedage/ny", NEW_DAY)
    way = owner.get(f"{HERE}/historik").href("Tag ændringen tilbage")
    asked = owner.get(way)

    assert owner.post(way, {"seen": asked.hidden("seen"), "reason": ""}).status == 422
    page = owner.post(way, {"seen": asked.hidden("seen"), "reason": "Vi holder åbent"})

    assert page.status == 303
    assert "2026-12-30" not in closing_days(town)


def test_who_previewed_what_another_has_changed_since_is_told_and_keeps_what_was_typed(
    owner, signed_in, town
):
    shown = preview(owner, "/lukkedage/ny", NEW_DAY)
    confirm(signed_in("process_designer"), "/lukkedage/fjern/06-05", {"reason": "Åbent"})

    sent = {**NEW_DAY, "seen": shown.hidden("seen"), "confirmed": "1"}
    page = owner.post(f"{HERE}/lukkedage/ny", sent)

    assert page.status == 409
    assert "Nogen har ændret indstillingerne, siden du åbnede siden." in page.text
    assert 'value="Kommunen holder lukket"' in page.html
    assert "2026-12-30" not in closing_days(town)


def test_one_who_looks_after_it_may_see_and_not_change(signed_in):
    visitor = signed_in("chief_consultant")

    assert "Ny lukkedag" not in visitor.get(HERE).text
    assert preview(visitor, "/lukkedage/ny", NEW_DAY).status == 403
    assert visitor.post(f"{HERE}/lukkedage/ny", {**NEW_DAY, "confirmed": "1"}).status == 403


@pytest.mark.parametrize(
    "path", ["/lukkedage/ret/12-24", "/tal/ret/nej", "/andet/ny", "/moeder/ret/x"]
)
def test_a_setting_that_is_not_there_is_not_found(owner, path):
    assert owner.get(f"{HERE}{path}").status == 404


def test_the_preview_says_how_many_deadlines_move_and_not_whose(owner, screening):
    day = {**NEW_DAY, "day-day": "5", "day-month": "3"}

    page = preview(owner, "/lukkedage/ny", day)

    assert "Det ændrer fristen i 1 åben opgave." in page.text
    assert "Ingen møder flytter." in page.text
    assert "Sofie" not in page.text


def test_the_preview_says_that_a_shorter_deadline_comes_earlier(owner, screening):
    typed = {"value": "3 WD", "source": "Direktionen", "reason": "Det skal gå hurtigere"}

    page = preview(owner, "/tal/ret/screening", typed)

    assert "Det ændrer fristen i 1 åben opgave." in page.text
    assert "1 af dem får en tidligere frist." in page.text


def test_what_hangs_on_nothing_that_changes_stays(owner, screening):
    page = preview(owner, "/lukkedage/ny", NEW_DAY)

    assert "Ingen åbne opgaver har en frist, der er regnet med det." in page.text


def test_the_preview_names_the_meetings_that_move(owner, signed_in):
    signed_in("uu_counsellor").get("/moeder")  # those of three months are written
    day = {**NEW_DAY, "day-day": "10", "day-month": "3"}

    page = preview(owner, "/lukkedage/ny", day)

    assert "2 møder flytter eller aflyses." in page.text
    assert "Ungeteam 1: fra tirs. 10. mar. til ons. 11. mar." in page.text


# -- Schools with a calendar of their own -----------------------------------------------------

HARBOUR = {"name": "Havneskolen", "common": "yes", "reason": "Skolen har sendt sin plan"}
CLOSED = {
    "name": "Pædagogisk dag",
    "since-day": "4",
    "since-month": "3",
    "since-year": "2026",
    "until-day": "4",
    "until-month": "3",
    "until-year": "2026",
    "reason": "Skolen har sendt sin plan",
}


def test_a_school_with_its_days_off_stands_on_the_page(owner, town):
    assert confirm(owner, "/skoler/ny", HARBOUR).status == 303
    assert confirm(owner, "/skolefridage/ny/havneskolen", CLOSED).status == 303

    text = owner.get(HERE).text
    assert "Havneskolen Kommunens skoleferier gælder også her." in text
    assert "Pædagogisk dag , ons. 4. mar." in text
    with town.work(SYSTEM) as work:
        days = work.configuration.schools["havneskolen"].school_holidays
    assert list(days.values()) == ["Pædagogisk dag"]


def test_days_off_of_a_school_are_previewed_by_its_name(owner):
    confirm(owner, "/skoler/ny", HARBOUR)

    text = preview(owner, "/skolefridage/ny/havneskolen", CLOSED).text

    assert "Havneskolen: Pædagogisk dag, ons. 4. mar." in text
    assert "Ingen åbne opgaver" in text


def test_a_school_is_changed_and_removed_and_taken_back(owner, town):
    confirm(owner, "/skoler/ny", HARBOUR)
    own = {**HARBOUR, "name": "Havneskolen og 10.", "common": "no"}
    assert confirm(owner, "/skoler/ret/havneskolen", own).status == 303
    assert "Havneskolen og 10. Skolen har helt sin egen kalender." in owner.get(HERE).text

    assert confirm(owner, "/skoler/fjern/havneskolen", {"reason": "Lukket"}).status == 303
    assert "Ingen skole har sin egen kalender." in owner.get(HERE).text
    newest = owner.get(f"{HERE}/historik").href("Tag ændringen tilbage")
    page = owner.get(newest)
    owner.post(newest, {"reason": "En fejl", "seen": page.hidden("seen")})
    assert "Havneskolen og 10." in owner.get(HERE).text


def test_the_same_school_twice_is_refused_at_its_field(owner):
    confirm(owner, "/skoler/ny", HARBOUR)

    page = preview(owner, "/skoler/ny", HARBOUR)

    assert page.status == 422
    assert "Skolen står på listen i forvejen." in page.text


def test_days_off_that_overlap_are_refused_within_one_school_alone(owner):
    confirm(owner, "/skoler/ny", HARBOUR)
    confirm(owner, "/skoler/ny", {**HARBOUR, "name": "Bakkeskolen"})
    confirm(owner, "/skolefridage/ny/havneskolen", CLOSED)

    assert preview(owner, "/skolefridage/ny/havneskolen", CLOSED).status == 422
    assert preview(owner, "/skolefridage/ny/bakkeskolen", CLOSED).status == 200


def test_days_off_of_no_school_are_nowhere(owner):
    assert owner.get(f"{HERE}/skolefridage/ny/findes-ikke").status == 404
