"""The report of a rehearsal in rows: what is in force beside what is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.i18n import N_, _, ngettext
from web.words import role_name

_NUMBERS = {
    "tasks": N_("Nye opgaver"),
    "done": N_("Opgaver, der bliver gjort"),
    "open_at_end": N_("Opgaver, der er åbne til sidst"),
    "broken": N_("Frister, der brydes"),
    "statutory": N_("Heraf lovens frister"),
    "rungs": N_("Trin på stigen"),
    "messages": N_("Beskeder, der sendes"),
    "acts": N_("Handlinger i alt"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The load of one unit or forum: its sums in a line, and a row a week."""

    name: str
    sums: str
    weeks: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The report as tables; `head` names what is compared, and `trouble` is what went wrong."""

    head: Sequence[str]
    numbers: Sequence[Sequence[str]]
    steps: Sequence[Sequence[str]]
    breaks: Sequence[Sequence[str]]
    teams: Sequence[Team]
    trouble: Sequence[str]


def report_page(report: Mapping[str, Any], tried: str, titles: Mapping[str, str]) -> ReportPage:
    """Return the kept report in words; `tried` is what stands beside what is in force."""
    runs = report["runs"]
    return ReportPage(
        head=[_("i drift"), tried][: len(runs)],
        numbers=[[_(label), *_compared(runs, key)] for key, label in _NUMBERS.items()],
        steps=_kinds(runs, "steps", titles),
        breaks=_kinds(runs, "breaks", titles),
        teams=_teams(runs),
        trouble=[line for run in runs for line in _trouble(run)],
    )


def _compared(runs: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    """Return the number of each run, and how much the second differs."""
    values = [run[key] for run in runs]
    return [*map(str, values), *([_signed(values[1] - values[0])] if len(values) > 1 else [])]


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else str(number).replace("-", "−")


def _kinds(
    runs: Sequence[Mapping[str, Any]], key: str, titles: Mapping[str, str]
) -> list[Sequence[str]]:
    """Return a row a kind of task, the most first; a kind that only one run has stands too."""
    found = [{(row["process"], row["title"], row["role"]): row for row in run[key]} for run in runs]
    kinds = sorted(
        {kind for rows in found for kind in rows},
        key=lambda kind: (-max(rows.get(kind, {}).get("tasks") or 0 for rows in found), kind),
    )
    return [
        [
            title,
            role_name(role),
            titles.get(process, process.replace("_", " ")),
            *(_many(rows.get((process, title, role))) for rows in found),
        ]
        for process, title, role in kinds
    ]


def _many(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return _("ingen")
    if row["tasks"] is None:
        return _("tal vises ikke")
    return _("%(tasks)d, %(weeks)s", tasks=row["tasks"], weeks=_weeks(row["first"], row["last"]))


def _weeks(first: str, last: str) -> str:
    if first == last:
        return _week(first)
    return _("%(first)s til %(last)s", first=_week(first), last=_week(last))


def _week(week: str) -> str:
    year, _w, number = week.partition("-W")
    return _("uge %(number)d, %(year)s", number=int(number), year=year)


def _teams(runs: Sequence[Mapping[str, Any]]) -> list[Team]:
    load = [{(row["team"], row["week"]): row["tasks"] for row in run["load"]} for run in runs]
    names = sorted({team for each in load for team, _week_ in each})
    return [_team(name, load) for name in names]


def _team(name: str, load: Sequence[Mapping[tuple[str, str], int]]) -> Team:
    weeks = sorted({week for each in load for team, week in each if team == name})
    most = max((each.get((name, week), 0), week) for each in load[-1:] for week in weeks)
    total = sum(load[-1].get((name, week), 0) for week in weeks)
    sums = ngettext("%(num)d opgave", "%(num)d opgaver", total)
    busiest = _("flest i %(week)s: %(most)d", week=_week(most[1]), most=most[0])
    return Team(
        name=name or _("Endnu ingens"),
        sums=f"{sums}, {busiest}",
        weeks=[[_week(week), *(str(each.get((name, week), 0)) for each in load)] for week in weeks],
    )


def _trouble(run: Mapping[str, Any]) -> list[str]:
    stopped = [
        ngettext(
            "%(where)s: gik i stå %(num)d gang",
            "%(where)s: gik i stå %(num)d gange",
            n,
            where=where,
        )
        for where, n in run["stopped"].items()
    ]
    failed = [
        ngettext(
            "%(where)s: kunne ikke gøres %(num)d gang",
            "%(where)s: kunne ikke gøres %(num)d gange",
            n,
            where=where,
        )
        for where, n in run["failed"].items()
    ]
    return stopped + failed
