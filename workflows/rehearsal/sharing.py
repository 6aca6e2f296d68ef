"""A rehearsal as a process owner may see it: numbers, units and roles, and nothing of a case.

What is known of fewer than five cases could be known of one. So a kind of task, or of broken
deadline, that comes in fewer is named without number and weeks; where that is the only one, the
next smallest is held back too, since the total would tell. So are the weeks of a unit whose tasks
are of fewer: it may be that only one kind of task comes there.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from engine.domain.errors import NotFound
from workflows.rehearsal.observing import Task
from workflows.rehearsal.playing import Failed
from workflows.rehearsal.running import Rehearsed, Run, Terms

FORMAT = "tovholder-rehearsal-shared-1"
FEWEST = 5

K = TypeVar("K", tuple[str, str, str], str)
Kind = tuple[str, str, str]  # the process, what people read, the role
Kinds = Mapping[Kind, Sequence[Task]]


def shared(terms: Terms, found: Rehearsed, zone: ZoneInfo) -> Mapping[str, Any]:
    """Return what may be shown of a rehearsal, as JSON; its weeks are those of `zone`.

    Raises as `check_enough`.
    """
    check_enough(found.cases)
    coming = [_kinds(_new(run, terms)) for run in found.runs]
    breaking = [_kinds(_broken(run, terms)) for run in found.runs]
    few, few_breaking = held_back(coming), held_back(breaking)
    loads = [_grouped(_new(run, terms), lambda task: task.team) for run in found.runs]
    few_teams = held_back(loads)
    return {
        "format": FORMAT,
        "since": terms.since.isoformat(),
        "cases": found.cases,
        "known_tasks": found.known_tasks,
        "runs": [
            {
                **_numbers(run, terms),
                "load": list(_load(loads[at], few_teams, zone)),
                "steps": list(_rows(coming[at], few, zone, lambda task: task.created_at)),
                "breaks": list(_rows(breaking[at], few_breaking, zone, _due)),
            }
            for at, run in enumerate(found.runs)
        ],
    }


def check_enough(cases: int) -> None:
    """Raise `NotFound` with fewer than five open cases: every number would be of so few."""
    if cases < FEWEST:
        raise NotFound(
            "Der er færre end fem åbne sager, så tallene kunne fortælle om en enkelt ung. "
            "Prøv processen på de gennemregnede eksempler i stedet."
        )


def held_back(runs: Sequence[Mapping[K, Sequence[Task]]]) -> Collection[K]:
    """Return the kinds that some run knows of fewer than five cases, and never only one of them."""
    kinds = {kind for run in runs for kind in run}
    fewest = {kind: min(_cases(run[kind]) for run in runs if kind in run) for kind in kinds}
    few = sorted(kinds, key=lambda kind: (fewest[kind], kind))
    number = sum(cases < FEWEST for cases in fewest.values())
    return set(few[: 2 if number == 1 else number])


def _cases(tasks: Sequence[Task]) -> int:
    return len({task.case for task in tasks})


def _new(run: Run, terms: Terms) -> list[Task]:
    return [task for task in run.seen.tasks if task.created_at > terms.since]


def _broken(run: Run, terms: Terms) -> list[Task]:
    return [
        task
        for task in run.seen.tasks
        if task.due_at is not None and terms.since < task.due_at < (task.closed_at or terms.until)
    ]


def _numbers(run: Run, terms: Terms) -> Mapping[str, Any]:
    broken = _broken(run, terms)
    return {
        "tasks": len(_new(run, terms)),
        "done": sum(task.status == "completed" for task in run.seen.tasks),
        "open_at_end": sum(task.closed_at is None for task in run.seen.tasks),
        "broken": _number(broken),
        "statutory": _number([task for task in broken if task.statutory]),
        "rungs": len(run.seen.rungs),
        "messages": len(run.mails),
        "lines": dict(sorted(Counter(each.kind for each in run.seen.messages).items())),
        "acts": run.acts,
        "stopped": _places(sentence.split(": ")[0] for sentence in run.seen.incidents),
        "undone": list(undone(run.failed)),
    }


def undone(failed: Sequence[Failed]) -> Iterator[Mapping[str, Any]]:
    """Yield a row a kind of task that could not be done, and whether nobody has its role.

    `times` is None where it was of a few cases.
    """
    kinds: dict[tuple[str, str, str, bool], list[Failed]] = {}
    for each in failed:
        kinds.setdefault((each.process, each.title, each.role, each.nobody), []).append(each)
    for (process, title, role, nobody), those in sorted(kinds.items()):
        is_few = len({each.case_id for each in those}) < FEWEST
        times = None if is_few else len(those)
        row = {"process": process, "title": title, "role": role}
        yield {**row, "nobody": nobody, "times": times}


def _places(told: Iterator[str]) -> Mapping[str, int]:
    """Return how often each place is told of; the first word, a case, is left out."""
    return dict(sorted(Counter(each.partition(" ")[2].strip() for each in told).items()))


def _number(tasks: Sequence[Task]) -> int | None:
    """Return how many they are, or None when they are of a few cases."""
    return len(tasks) if not tasks or _cases(tasks) >= FEWEST else None


def _load(
    teams: Mapping[str, Sequence[Task]], few: Collection[str], zone: ZoneInfo
) -> Iterator[Mapping[str, Any]]:
    """Yield how many tasks come to each unit or forum in each week; "" is nobody's yet."""
    for team, tasks in sorted(teams.items()):
        if team in few:
            yield {"team": team, "week": "", "tasks": None}
            continue
        weeks = Counter(week_of(task.created_at, zone) for task in tasks)
        yield from ({"team": team, "week": week, "tasks": n} for week, n in sorted(weeks.items()))


def _kinds(tasks: Sequence[Task]) -> Kinds:
    return _grouped(tasks, lambda task: (task.process, task.title, task.role))


def _grouped(tasks: Sequence[Task], key: Callable[[Task], K]) -> Mapping[K, Sequence[Task]]:
    groups: dict[K, list[Task]] = {}
    for task in tasks:
        groups.setdefault(key(task), []).append(task)
    return groups


def _rows(
    kinds: Kinds, few: Collection[Kind], zone: ZoneInfo, moment: Any
) -> Iterator[Mapping[str, Any]]:
    for kind, tasks in sorted(kinds.items()):
        process, title, role = kind
        row = {"process": process, "title": title, "role": role}
        if kind in few:
            yield {**row, "tasks": None, "first": "", "last": ""}
            continue
        weeks = [week_of(moment(task), zone) for task in tasks]
        yield {**row, "tasks": len(tasks), "first": min(weeks), "last": max(weeks)}


def _due(task: Task) -> datetime:
    assert task.due_at is not None  # noqa: S101  # only those with a deadline break one
    return task.due_at


def week_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the local ISO week (»2026-W49«), which sorts as time goes."""
    year, week, _ = moment.astimezone(zone).date().isocalendar()
    return f"{year}-W{week:02}"
