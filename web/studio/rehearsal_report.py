"""The report of a rehearsal in rows: what is in force beside what is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.i18n import N_, _, ngettext
from web.words import role_name

Kind = tuple[str, str, str]  # the process, what people read, the role
Row = Mapping[str, Any]

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
    """The report as tables; `head` names what is compared, and `trouble` is what went wrong.

    What comes in few cases stands by its name alone, in `seldom` and `seldom_broken`.
    """

    head: Sequence[str]
    numbers: Sequence[Sequence[str]]
    steps: Sequence[Sequence[str]]
    seldom: Sequence[str]
    breaks: Sequence[Sequence[str]]
    seldom_broken: Sequence[str]
    teams: Sequence[Team]
    trouble: Sequence[str]


def report_page(
    report: Mapping[str, Any], process: str, tried: str, titles: Mapping[str, str]
) -> ReportPage:
    """Return the kept report in words, the tasks of `process` first.

    `tried` is what stands beside what is in force.
    """
    runs = report["runs"]
    steps, breaks = _kinds(runs, "steps", process), _kinds(runs, "breaks", process)
    return ReportPage(
        head=[_("i drift"), tried][: len(runs)],
        numbers=[[_(label), *_compared(runs, key)] for key, label in _NUMBERS.items()],
        steps=_counted(steps, titles),
        seldom=_named(steps, titles),
        breaks=_counted(breaks, titles),
        seldom_broken=_named(breaks, titles),
        teams=_teams(runs),
        trouble=[line for run in runs for line in _trouble(run, titles)],
    )


def _compared(runs: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    """Return the number of each run, and how much the second differs."""
    values = [run[key] for run in runs]
    shown = [_("i få sager") if value is None else str(value) for value in values]
    return [*shown, *([_difference(*values)] if len(values) > 1 else [])]


def _difference(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "–"
    return f"+{after - before}" if after > before else str(after - before).replace("-", "−")


def _kinds(
    runs: Sequence[Mapping[str, Any]], key: str, process: str
) -> Mapping[Kind, Sequence[Row | None]]:
    """Return the row of each run for each kind of task, None where a run has it not at all."""
    found = [{(row["process"], row["title"], row["role"]): row for row in run[key]} for run in runs]
    kinds = {kind: [rows.get(kind) for rows in found] for rows in found for kind in rows}
    return dict(
        sorted(kinds.items(), key=lambda one: (one[0][0] != process, -_most(one[1]), one[0]))
    )


def _most(rows: Sequence[Row | None]) -> int:
    return max((row["tasks"] or 0) if row else 0 for row in rows)


def _is_held_back(rows: Sequence[Row | None]) -> bool:
    return any(row and row["tasks"] is None for row in rows)


def _counted(
    kinds: Mapping[Kind, Sequence[Row | None]], titles: Mapping[str, str]
) -> list[Sequence[str]]:
    return [
        [title, role_name(role), titles.get(process, process), *map(_many, rows)]
        for (process, title, role), rows in kinds.items()
        if not _is_held_back(rows)
    ]


def _named(kinds: Mapping[Kind, Sequence[Row | None]], titles: Mapping[str, str]) -> list[str]:
    return [_name(kind, titles) for kind, rows in kinds.items() if _is_held_back(rows)]


def _name(kind: Kind, titles: Mapping[str, str]) -> str:
    process, title, role = kind
    where = ", ".join(filter(None, (role_name(role), titles.get(process, process))))
    return f"{title} ({where})"


def _many(row: Row | None) -> str:
    if row is None:
        return _("ingen")
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


def _team(name: str, load: Sequence[Mapping[tuple[str, str], int | None]]) -> Team:
    named = name or _("Endnu ingens")
    if any((name, "") in each for each in load):
        return Team(name=named, sums=_("i få sager; tal vises ikke"), weeks=[])
    weeks = sorted({week for each in load for team, week in each if team == name})
    by_week = [[each.get((name, week)) or 0 for week in weeks] for each in load]
    last = by_week[-1]
    busiest = _(
        "flest i %(week)s: %(most)d", week=_week(weeks[last.index(max(last))]), most=max(last)
    )
    rows = zip(weeks, *by_week, strict=True)
    return Team(
        name=named,
        sums=f"{ngettext('%(num)d opgave', '%(num)d opgaver', sum(last))}, {busiest}",
        weeks=[[_week(week), *map(str, numbers)] for week, *numbers in rows],
    )


def _trouble(run: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """Return what went wrong in a run; one kept before 23 November 2026 knows only the elements."""
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
        f"{where}: {_undone(nobody=False, times=n)}" for where, n in run.get("failed", {}).items()
    ]
    undone = [
        f"{_name((row['process'], row['title'], row['role']), titles)}: "
        f"{_undone(nobody=row['nobody'], times=row['times'])}"
        for row in run.get("undone", ())
    ]
    return [*stopped, *failed, *undone]


def _undone(*, nobody: bool, times: int | None) -> str:
    why = _("ingen har rollen") if nobody else _("kunne ikke gøres")
    often = ngettext("%(num)d gang", "%(num)d gange", times) if times else _("i få sager")
    return f"{why}, {often}"
