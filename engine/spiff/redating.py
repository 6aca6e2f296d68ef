"""New dates in the data of a running instance, and new moments for its drawn timers."""

from engine.ports import Json, Redated, Variables
from engine.spiff.retiming import set_moments
from engine.spiff.state import Instance


def redate(instance: Instance, new: Redated) -> None:
    """Let every running and finished step of the instance know the new dates; nothing runs."""
    for task in instance.open_tasks():
        task.data = _with(task.data, new)
    set_moments(instance, new.moments)


def _with(data: Variables, new: Redated) -> dict[str, Json]:
    return {name: _value(name, value, new) for name, value in data.items()}


def _value(name: str, value: Json, new: Redated) -> Json:
    if name in new.facts:
        return new.facts[name]
    if name in new.spared or not isinstance(value, str):
        return value
    return new.dates.get(value, value)
