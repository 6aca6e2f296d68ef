"""When the system tries again by itself, or sends what waits: the moment in words, and why then."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.services.outbox import LONGEST_RETRY, delay_after
from engine.services.retries import LONGEST, delay
from engine.storage.models import OutboxRow
from engine.storage.work import Work
from web.explaining import Dated
from web.i18n import _, moment_in_words, ngettext


@dataclass(frozen=True, slots=True)
class Next:
    """A moment in words: one ahead with its reason, one of record by its name."""

    value: str
    dated: Dated | None
    record: str = ""


def next_sending(work: Work, row: OutboxRow) -> Next:
    """Return when a message that waits is sent, and why then."""
    if row.last_error is None:
        written = _(
            "Beskeden er skrevet %(when)s.",
            when=moment_in_words(work, row.created_at),
        )
        found = _next(work, row.send_after, written, _("Den er ikke prøvet sendt endnu."))
    else:
        waits = delay_after(row.attempts)
        found = _again(work, row.send_after, row.attempts, waits, LONGEST_RETRY)
    return replace(found, value=_("sendes %(when)s", when=found.value))


def next_trying(work: Work, at: datetime, attempts: int) -> Next:
    """Return when what has failed `attempts` times is tried again, and why then."""
    return _again(work, at, attempts, delay(attempts), LONGEST)


def _again(work: Work, at: datetime, attempts: int, waits: timedelta, longest: timedelta) -> Next:
    failed = moment_in_words(work, at - waits)
    return _next(
        work,
        at,
        _("Forsøg %(number)d gik galt %(when)s.", number=attempts, when=failed),
        _(
            "Derefter ventes der %(long)s. Ventetiden vokser for hvert forsøg til højst %(most)s.",
            long=_length(waits),
            most=_length(longest),
        ),
    )


def _next(work: Work, at: datetime, *why: str) -> Next:
    day = work.calendar.local_date(at)
    return Next(moment_in_words(work, at), Dated(day.isoformat(), why))


def _length(waits: timedelta) -> str:
    minutes = waits // timedelta(minutes=1)
    if minutes < 120:
        return ngettext("%(num)d minut", "%(num)d minutter", minutes)
    return ngettext("%(num)d time", "%(num)d timer", minutes // 60)
