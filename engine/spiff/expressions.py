"""The only place that evaluates what a diagram says. SpiffWorkflow itself gets no evaluator."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from engine.domain.errors import CaseworkError, StepFailed
from engine.feel import expressions as feel
from engine.feel.temporal import is_temporal, parse_temporal
from engine.ports import FiredTimer, Json, TakenDecision, ThrownMessage, Variables, World

# A task of SpiffWorkflow, which has no types.
Task = Any

_FEEL_SETTINGS = frozenset(
    {"deadline", "legal_limit", "outside_party", "about", "message_key", "collection"}
)
_FEEL_SETTINGS_BEFORE = ("in.", "out.", "collect.")


@dataclass(slots=True, kw_only=True)
class Step:
    """One command: the world it may know, and what it has brought about so far.

    `errors` are the (task, code) of error ends that nobody has looked at yet. `error` is the code
    that ended the process. `at` is the element in work, to name it when something breaks.
    """

    world: World
    start_message: str | None = None
    at: str = ""
    thrown: list[ThrownMessage] = field(default_factory=list)
    fired: list[FiredTimer] = field(default_factory=list)
    decided: list[TakenDecision] = field(default_factory=list)
    errors: list[tuple[Task, str]] = field(default_factory=list)
    error: str | None = None


class Nothing(BasePythonScriptEngineEnvironment):
    """The evaluator that SpiffWorkflow gets: it refuses everything, so no Python can run."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        raise PermissionError("no expression is evaluated by the library")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise PermissionError("no script is run")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise PermissionError("no service is called by the library")


def no_engine() -> PythonScriptEngine:
    """Return a script engine that can do nothing."""
    return PythonScriptEngine(Nothing())


def step_of(task: Task) -> Step:
    """Return the command that `task` moves in."""
    step: Step = task.workflow.top_workflow.step
    return step


def element_of(task: Task) -> str:
    """Return the id of the drawn element behind `task`."""
    return str(task.task_spec.bpmn_id or task.task_spec.name)


def evaluate(task: Task, text: str, data: Variables | None = None) -> Json:
    """Return the JSON value of `text` over `data`, else over the data of `task`.

    Raises `StepFailed` with the element when FEEL reports an error.
    """
    context = task.data if data is None else data
    step_of(task).at = element_of(task)
    try:
        return feel.value(feel.parse(text), context, step_of(task).world.functions)
    except CaseworkError as cause:
        raise StepFailed(element_of(task), str(cause)) from cause


def evaluate_instant(task: Task, text: str) -> Any:
    """Return the date, date-time or duration that `text` gives, also when it gives its ISO text.

    Anything else comes back as it is. Raises `StepFailed` when FEEL reports an error.
    """
    step = step_of(task)
    step.at = element_of(task)
    given = feel.parse(text).evaluate(task.data, step.world.functions)
    if given.errors:
        raise StepFailed(element_of(task), f"»{text}«: {' '.join(given.errors)}")
    is_text = isinstance(given.value, str) and is_temporal(given.value)
    return parse_temporal(given.value) if is_text else given.value


def is_true(task: Task, text: str, data: Variables | None = None) -> bool:
    """Return what the condition `text` says. Raises `StepFailed` unless it says true or false."""
    answer = evaluate(task, text, data)
    if not isinstance(answer, bool):
        raise StepFailed(
            element_of(task), f"Betingelsen »{text}« gav {json.dumps(answer)}, ikke ja eller nej."
        )
    return answer


def mapped(
    task: Task,
    prefix: str,
    data: Variables | None = None,
    settings: Mapping[str, str] | None = None,
) -> dict[str, Json]:
    """Return {name: value} of the settings that begin with `prefix`; only these cross."""
    chosen = task.task_spec.extensions if settings is None else settings
    return {
        name.removeprefix(prefix): evaluate(task, text, data)
        for name, text in chosen.items()
        if name.startswith(prefix)
    }


def correlation(task: Task, settings: Mapping[str, str]) -> str | None:
    """Return the text of the `message_key` setting, or None when there is no such setting.

    Raises `StepFailed` when the key is null: it would match every message of that name.
    """
    if "message_key" not in settings:
        return None
    key = evaluate(task, settings["message_key"])
    if key is None:
        raise StepFailed(element_of(task), f"Nøglen »{settings['message_key']}« er tom.")
    return key if isinstance(key, str) else json.dumps(key, ensure_ascii=False)


def as_json(values: Variables) -> dict[str, Json]:
    """Return a copy that shares nothing with `values`. Raises `CaseworkError` unless it is JSON."""
    try:
        text = json.dumps(dict(values), allow_nan=False)
    except (TypeError, ValueError) as cause:
        raise CaseworkError(f"Værdierne kan ikke gemmes: {cause}") from cause
    copied: dict[str, Json] = json.loads(text)
    return copied


def reads(text: str) -> frozenset[str]:
    """Return the names that `text` reads. Raises `CaseworkError` when it is not FEEL."""
    return frozenset(feel.parse(text).reads)


def is_expression(setting: str, text: str) -> bool:
    """Tell whether the setting of that name holds FEEL."""
    return (
        setting in _FEEL_SETTINGS
        or setting.startswith(_FEEL_SETTINGS_BEFORE)
        or text.lstrip().startswith("=")
    )
