"""How a scenario went, line by line, and how that is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from workflows.scenarios.format import ZONE, Line
from workflows.scenarios.observing import Observed

_DAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one moment went. `problems` are sentences with expected and actual; none when it held."""

    at: datetime
    what: str
    problems: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """The local moment: »man 2026-03-02 08:00«."""
        return moment(self.at)


@dataclass(slots=True)
class Report:
    """How a scenario went: what was played, and what is for later and counts as not passed."""

    title: str
    verdicts: list[Verdict] = field(default_factory=list)
    not_yet: list[str] = field(default_factory=list)
    happened: list[tuple[datetime, Observed]] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """Every problem with its moment."""
        return [f"{each.when} {problem}" for each in self.verdicts for problem in each.problems]

    @property
    def passed(self) -> int:
        """How many lines held."""
        return sum(not each.problems for each in self.verdicts)

    @property
    def holds(self) -> bool:
        """Say whether every line that was played held."""
        return not self.failures

    def told(self) -> Iterator[str]:
        """Yield the report as lines of text in Danish; the last one is the sum."""
        for each in self.verdicts:
            yield f"  {'holder ikke' if each.problems else 'holder':<12} {each.when}  {each.what}"
            yield from (f"      {problem}" for problem in each.problems)
        for line in self.not_yet:
            yield f"  {'endnu ikke':<12} {line}"
        failed = len(self.verdicts) - self.passed
        yield (
            f"{self.title}: {'holder' if self.holds else 'holder ikke'} "
            f"({self.passed} holdt, {failed} holdt ikke, {len(self.not_yet)} endnu ikke)"
        )


def moment(at: datetime) -> str:
    """Return the local moment in words and digits."""
    local = at.astimezone(ZONE)
    return f"{_DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"


def called(line: Line) -> str:
    """Return what a line is about: its sentence, else its act, else what it expects."""
    act = f"{line.act} {line.task}".strip()
    return line.says or act or ", ".join((*line.opens, *line.rungs, *line.mails)) or "—"
