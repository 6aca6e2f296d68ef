"""What changes around a case while it runs: people away, closing days, numbers, a birth date."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.domain.errors import InvalidDefinition
from engine.ports import SYSTEM, Json
from engine.services.deployments import configure
from engine.services.recounts import recount
from engine.storage.configurations import load_content
from engine.storage.work import Work
from workflows.cases.birth_date import change_birth_date
from workflows.cases.corrections import change_school, schools
from workflows.cases.thread import open_youth_case
from workflows.forums.replanning import replan
from workflows.municipalities.absences import register_absence
from workflows.municipalities.directory import actor_of
from workflows.municipalities.layers import SCHOOL, SCHOOL_CLOSING
from workflows.municipalities.packs import set_series
from workflows.people.parties import young_person_of
from workflows.scenarios.format import Line, Scenario
from workflows.scenarios.stage import Stage, employee, given_of

Change = Callable[[dict[str, Any]], None]


def absent(stage: Stage, line: Line) -> None:
    """Register that `who` is away until `until` (from `since`, else today), with a `deputy`."""
    given = given_of(line, "who", "until", "deputy", may=("since",))

    def register(work: Work) -> None:
        away = employee(work, given["who"])
        work.actor = actor_of(work, away.id)
        since, deputy = given.get("since", work.today), employee(work, given["deputy"])
        register_absence(work, away.id, since, given["until"], deputy.id)

    stage.casework.act(SYSTEM, register)


def close_day(stage: Stage, line: Line) -> None:
    """Add the closing day `day`, called `name`, to the calendar in force."""
    given = given_of(line, "day", "name")
    day: date = given["day"]
    reconfigure(stage, lambda content: content["closing_days"].update({str(day): given["name"]}))


def close_school(stage: Stage, line: Line) -> None:
    """Let the school `school` have the day `day` off, called `name`, in a calendar of its own."""
    given = given_of(line, "school", "day", "name")
    name, day = str(given["school"]), given["day"]

    def change(content: dict[str, Any]) -> None:
        content.setdefault(SCHOOL, {}).setdefault(name, {"name": name, "common": True})
        closings = content.setdefault(SCHOOL_CLOSING, {})
        closings[f"{name}/{day}/{day}"] = given["name"]

    reconfigure(stage, change)


def attend_school(stage: Stage, line: Line) -> None:
    """Let the one who holds the thread write that the young person attends the school `to`."""
    given = given_of(line, "to")

    def correct(work: Work) -> None:
        work.actor = actor_of(work, open_youth_case(work, stage.case).primary_id)
        known = given["to"] if given["to"] in schools(work) else None
        change_school(work, stage.case, known, given["to"])

    stage.casework.act(SYSTEM, correct)


def set_parameters(stage: Stage, line: Line) -> None:
    """Put other values of the parameters in `given` into force. Raises `InvalidDefinition`."""

    def change(content: dict[str, Any]) -> None:
        for key, value in line.given.items():
            if key not in content["parameters"]:
                raise InvalidDefinition(f"Der er ingen parameter »{key}«.")
            content["parameters"][key] |= {"value": value, "source": "scenarie"}

    reconfigure(stage, change)


def change_birth(stage: Stage, line: Line) -> None:
    """Let the one who holds the thread correct the birth date to `to`."""
    given = given_of(line, "to")

    def correct(work: Work) -> None:
        work.actor = actor_of(work, open_youth_case(work, stage.case).primary_id)
        was = young_person_of(work, stage.case).birth_date
        change_birth_date(work, stage.case, given["to"], "register", was=was)

    stage.casework.act(SYSTEM, correct)


def move_series(stage: Stage, line: Line) -> None:
    """Let `forum` meet from `anchor` on, as often as `cadence` if that is given."""
    given = given_of(line, "forum", "anchor", may=("cadence",))
    cadence = given.get("cadence")
    stage.casework.act(
        SYSTEM,
        lambda work: set_series(work, given["forum"], anchor=given["anchor"], cadence=cadence),
    )
    replan(stage.casework, set())


def reconfigure(stage: Stage, change: Change) -> None:
    """Put the configuration in force, changed, into force; the worker recounts what hangs on it."""

    def put(work: Work) -> None:
        content = _copied(load_content(work.session, work.configuration.number))
        change(content)
        configure(work, content)

    stage.casework.act(SYSTEM, put)
    replan(stage.casework, set())
    recount(stage.casework)


def content_of(content: dict[str, Json], scenario: Scenario) -> dict[str, Json]:
    """Return the content of a pack with the closing days and milestones of the scenario."""
    days = {
        day: name for day, name in content["closing_days"].items() if day not in scenario.kept_open
    }
    milestones = {**content["milestones"], **scenario.milestones}
    return {**content, "closing_days": {**days, **scenario.closed}, "milestones": milestones}


def _copied(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {k: dict(v) if isinstance(v, Mapping) else v for k, v in value.items()}
        if isinstance(value, Mapping)
        else value
        for key, value in content.items()
    }
