"""The nouns of the domain tests: Danish calendars with the shipped closing days."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from engine.adapters.holidays import danish_holidays
from engine.domain.calendars import WorkingCalendar

settings.register_profile("steady", deadline=None)  # a busy machine is no failure
settings.load_profile("steady")

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CLOSING_DAYS = {
    "06-05": "Grundlovsdag",
    "12-24": "juleaftensdag",
    "12-31": "nytårsaftensdag",
}


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return WorkingCalendar(timezone=COPENHAGEN, holidays=danish_holidays, closing_days=CLOSING_DAYS)
