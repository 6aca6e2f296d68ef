"""The mornings' mails of several copies as one house would send them.

A person has one digest a day, whatever the case: what one copy alone sends says too little. The
rule is that of `engine.services.digests`; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.domain.quiet import quiet_hours
from engine.services.digests import DIGEST
from engine.storage.work import Work
from workflows.rehearsal.observing import Line, Message, Seen


@dataclass(frozen=True, slots=True)
class Mornings:
    """When digests leave, by the calendar and the parameters of `work`."""

    work: Work

    def digests(self, parts: Sequence[Seen], until: datetime) -> list[Message]:
        """Return the digests that leave until then, made of the lines of all parts."""
        lines: dict[str, list[Line]] = defaultdict(list)
        for line in sorted(each for part in parts for each in part.lines):
            lines[line.to].append(line)
        had = {to: day for part in parts for to, day in part.had_digest.items()}
        return [
            Message(case="", at=at, kind=DIGEST, to=to)
            for to, of_person in lines.items()
            for at in self._moments([line.at for line in of_person], had.get(to))
            if at <= until
        ]

    def _moments(self, waiting: Sequence[datetime], had: date | None) -> Iterator[datetime]:
        gathered: datetime | None = None
        for at in waiting:
            if gathered is None or at > gathered:
                gathered = self._first(at, had)
                had = self.work.calendar.local_date(gathered)
                yield gathered

    def _first(self, at: datetime, had: date | None) -> datetime:
        """Return the first moment from `at` on that is time for one, on a day without one."""
        calendar, quiet = self.work.calendar, quiet_hours(self.work.parameters)
        while True:
            day = calendar.local_date(at)
            at = max(at, calendar.opens(day))
            if day != had and calendar.is_counting(day) and not quiet.include(calendar, at):
                return at
            at = calendar.opens(day + timedelta(days=1))
