"""What a rehearsal tells: numbers and references of cases, nothing of what stands in a case."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from workflows.rehearsal.behaviours import Behaviour
from workflows.rehearsal.observing import Task
from workflows.rehearsal.running import Rehearsed, Run, Terms

IN_FORCE = "i drift"
FORMAT = "tovholder-rehearsal-1"
_SHOWN = 15  # lines of a table in the text; the JSON has all


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A deadline that passes before its task is done, in the time that was played."""

    case: str
    title: str
    due_on: str
    statutory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """All tasks of one kind that come: how many, for whom, the first and last day."""

    process: str
    title: str
    role: str
    tasks: int
    first_on: str
    last_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many tasks come to a team in an ISO week (»2026-W49«)."""

    team: str
    week: str
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run in numbers. `messages` is how many leave, `lines` by kind what is written in them."""

    name: str
    tasks: int
    done: int
    open_at_end: int
    acts: int
    rungs: int
    messages: int
    lines: Mapping[str, int]
    broken: Sequence[Broken]
    steps: Sequence[Step]
    load: Sequence[Week]
    tasks_of: Mapping[str, int]
    incidents: Sequence[str]
    failed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A rehearsal: its input, and one summary a version, the one in force first."""

    since: datetime
    until: datetime
    cases: int
    behaviour: Behaviour
    seed: int
    known_tasks: int  # kinds of tasks of which the last year tells how they are done
    runs: Sequence[Summary]

    def as_json(self) -> dict[str, Any]:
        """Return the report with all its rows, as JSON has it."""
        return {
            "format": FORMAT,
            **asdict(self),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "behaviour": self.behaviour.value,
            "behaviour_in_words": self.behaviour.danish,
        }


def report_of(terms: Terms, found: Rehearsed, zone: ZoneInfo) -> Report:
    """Return the report of what was found; its days are those of `zone`."""
    return Report(
        since=terms.since,
        until=terms.until,
        cases=found.cases,
        behaviour=terms.behaviour,
        seed=terms.seed,
        known_tasks=found.known_tasks,
        runs=[summary_of(run, terms, zone) for run in found.runs],
    )


def summary_of(run: Run, terms: Terms, zone: ZoneInfo) -> Summary:
    """Return one run in numbers; the days are those of `zone`."""
    new = [task for task in run.seen.tasks if task.created_at > terms.since]
    written = Counter(message.kind for message in run.seen.messages)
    return Summary(
        name=run.candidate.name if run.candidate else IN_FORCE,
        tasks=len(new),
        done=sum(task.status == "completed" for task in run.seen.tasks),
        open_at_end=sum(task.closed_at is None for task in run.seen.tasks),
        acts=run.acts,
        rungs=len(run.seen.rungs),
        messages=len(run.mails),
        lines=dict(sorted(written.items())),
        broken=_broken(run.seen.tasks, terms),
        steps=_steps(new, zone),
        load=_load(new, zone),
        tasks_of=dict(sorted(Counter(task.who or task.role for task in new).items())),
        incidents=list(run.seen.incidents),
        failed=[f"{each.at:%Y-%m-%d} {each.element}: {each.why}" for each in run.failed],
    )


def _broken(tasks: Sequence[Task], terms: Terms) -> list[Broken]:
    return [
        Broken(case=task.case, title=task.title, due_on=str(task.due_on), statutory=task.statutory)
        for task in sorted(tasks, key=lambda each: (each.due_on or date.max, each.case))
        if task.due_at is not None and terms.since < task.due_at < (task.closed_at or terms.until)
    ]


def _steps(tasks: Sequence[Task], zone: ZoneInfo) -> list[Step]:
    kinds: dict[tuple[str, str, str], list[date]] = {}
    for task in tasks:
        kind = task.process, task.title, task.role
        kinds.setdefault(kind, []).append(task.created_at.astimezone(zone).date())
    return [
        Step(
            process=process,
            title=title,
            role=role,
            tasks=len(days),
            first_on=min(days).isoformat(),
            last_on=max(days).isoformat(),
        )
        for (process, title, role), days in sorted(kinds.items())
    ]


def _load(tasks: Sequence[Task], zone: ZoneInfo) -> list[Week]:
    weeks = Counter(
        (task.team or task.who, _week(task.created_at.astimezone(zone).date())) for task in tasks
    )
    return [
        Week(team=team, week=week, tasks=count) for (team, week), count in sorted(weeks.items())
    ]


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def told(report: Report) -> Iterator[str]:
    """Yield the report as lines of Danish text."""
    yield (
        f"Prøve på {report.cases} åbne sager fra {report.since:%d.%m.%Y} til "
        f"{report.until:%d.%m.%Y}."
    )
    yield f"Forudsat: {report.behaviour.danish}. Tilfældighed nr. {report.seed}."
    if report.behaviour is not Behaviour.NOBODY:
        yield (
            f"{report.known_tasks} slags opgaver kendes fra de seneste 12 måneder; de øvrige "
            "gøres på fristens dag og besvares med det første, formularen tager imod."
        )
    yield "Åbne processer bliver på deres udgave; nye bruger den, der prøves."
    yield "Intet er sendt eller ændret uden for kopien."
    for name, values in _numbers(report):
        yield f"  {name:<34}" + "".join(f"{value:>16}" for value in values)
    for run in report.runs:
        yield from _told(run)


def _numbers(report: Report) -> list[tuple[str, list[str]]]:
    rows = {
        "": [run.name[:15] for run in report.runs],
        "nye opgaver": [str(run.tasks) for run in report.runs],
        "opgaver gjort": [str(run.done) for run in report.runs],
        "åbne til sidst": [str(run.open_at_end) for run in report.runs],
        "frister brudt": [str(len(run.broken)) for run in report.runs],
        "heraf lovens": [str(sum(b.statutory for b in run.broken)) for run in report.runs],
        "trin på stigen": [str(run.rungs) for run in report.runs],
        "beskeder": [str(run.messages) for run in report.runs],
        "hændelser, der gik galt": [str(len(run.incidents)) for run in report.runs],
        "handlinger, der ikke gik": [str(len(run.failed)) for run in report.runs],
        "handlinger i alt": [str(run.acts) for run in report.runs],
    }
    return list(rows.items())


def _told(run: Summary) -> Iterator[str]:
    yield ""
    yield f"{run.name[:1].upper()}{run.name[1:]}: opgaver, der kommer"
    for step in sorted(run.steps, key=lambda each: -each.tasks)[:_SHOWN]:
        yield f"  {step.tasks:>5}  {step.title} ({step.role}), {step.first_on} – {step.last_on}"
    if run.broken:
        yield "  Frister, der brydes:"
        kinds = Counter(each.title for each in run.broken)
        for title, count in kinds.most_common(_SHOWN):
            first = next(each for each in run.broken if each.title == title)
            yield f"  {count:>5}  {title}, første gang {first.due_on} i sag {first.case}"
    yield "  Travleste uger:"
    for week in sorted(run.load, key=lambda each: (-each.tasks, each.week, each.team))[:5]:
        yield f"  {week.tasks:>5}  {week.team or 'uden enhed'}, {week.week}"
    for sentence in (*run.incidents[:_SHOWN], *run.failed[:_SHOWN]):
        yield f"  ! {sentence}"
