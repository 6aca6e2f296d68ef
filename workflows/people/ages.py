"""Ages of the register of parameters, as days: the setting for 29 February decides with them."""

from datetime import date, timedelta

from engine.domain.calendars import LeapDay, add_months
from engine.domain.feel_functions import RIGHTS_KEY
from engine.storage.work import Work

_SLACK = timedelta(days=3)  # a clamped month or a leap day moves a birthday by less


def day_of_age(work: Work, born: date, key: str) -> date:
    """Return the day on which one born on `born` reaches the age of the parameter `key`."""
    found = work.functions["age_date"](born, work.parameters.get(key))
    assert isinstance(found, date)  # noqa: S101  # the word of every expression gives a date
    return found


def born_by(work: Work, key: str) -> date:
    """Return the last day of birth of those who have reached the age of `key` today."""
    day = add_months(work.today, -work.parameters.period(key).months) + _SLACK
    while day_of_age(work, day, key) > work.today:
        day -= timedelta(days=1)
    return day


def leap_day_of_rights(work: Work) -> LeapDay:
    """Return when a right begins or ends for one born on 29 February, in a common year."""
    return LeapDay(str(work.parameters.get(RIGHTS_KEY)))
