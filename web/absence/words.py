"""Who is away, in words."""

from engine.storage.work import Work
from web.i18n import _, format_day
from workflows.municipalities.absences import Away


def away_in_words(work: Work, away: Away) -> str:
    """Return until when somebody is away, and who stands in and how to reach them."""
    day = format_day(away.until, work.today)
    if not away.deputy:
        return _("Fraværende til og med %(day)s", day=day)
    deputy = ", ".join(part for part in (away.deputy, away.deputy_phone) if part)
    return _("Fraværende til og med %(day)s; stedfortræder %(name)s", day=day, name=deputy)
