"""Decision tables: the way in for everybody else.

A file is read once with `read_decisions`; `evaluate` then asks one decision of it, and whatever
it builds on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decisions.hits import Taken
from engine.decisions.model import LISTS, DecisionTable, HitPolicy, TableLogic
from engine.decisions.reading import read_file
from engine.decisions.running import Session, make
from engine.domain.errors import EvaluationFailed
from engine.feel.errors import Exhausted, FeelError
from engine.feel.expressions import NO_FUNCTIONS, Functions
from engine.feel.json_values import to_json
from engine.feel.values import Value

__all__ = ["DecisionTable", "HitPolicy", "Outcome", "TableLogic", "evaluate", "read_decisions"]

_TOO_MUCH = "Beslutningen kræver for meget arbejde eller giver et for stort resultat."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision gave, as JSON, and the numbers (from 1) of the rows that decided.

    `outputs` by output name; a table whose single output has no name, and a decision that is no
    table, use the name of the decision's variable.

    - One row decides (UNIQUE, ANY, PRIORITY, FIRST): a value per output, `{"team": 1}`. When no
      row fits, the default outputs, or null for each. ANY names every row that agreed.
    - Several may (COLLECT, RULE ORDER, OUTPUT ORDER): `rows` is a list with one such mapping per
      row, and when there is one output, its name holds the list of values as well:
      `{"reasons": ["A", "B"], "rows": [{"reasons": "A"}, {"reasons": "B"}]}`. When no row fits,
      both lists are empty.
    - COLLECT with SUM, MIN, MAX or COUNT: the one figure, `{"amount": 30}`; when no row fits,
      null, but 0 for COUNT.
    """

    outputs: dict[str, Any]
    rows: tuple[int, ...]


def read_decisions(xml: bytes, names: Collection[str] = ()) -> dict[str, DecisionTable]:
    """Return the decisions of a DMN file (1.1 to 1.5) by their id.

    `names` are further names with spaces that its expressions may use. Raises
    `InvalidDefinition`, which names the decision, the row and the line.
    """
    return read_file(xml, names)


def evaluate(
    decision: DecisionTable, inputs: Mapping[str, Any], functions: Functions = NO_FUNCTIONS
) -> Outcome:
    """Return what the decision gives for these inputs, which are JSON or FEEL values.

    A text is read as a date or a duration where the file declares the input to be one.
    Decisions it builds on are made from the same inputs. Raises `EvaluationFailed` when a name
    is unknown, when the hit policy is broken, or when any expression gave an error.
    """
    session = Session(functions)
    try:
        taken = make(decision, inputs, session)
        errors = session.meter.errors
        if not errors:
            return Outcome(_outputs(decision, taken), taken.rows)
    except (Exhausted, RecursionError) as error:
        raise EvaluationFailed(decision.name, _TOO_MUCH) from error
    except FeelError as error:
        raise EvaluationFailed(decision.name, str(error)) from error
    raise EvaluationFailed(decision.name, " ".join(errors))


def _outputs(decision: DecisionTable, taken: Taken) -> dict[str, Any]:
    table, value = decision.table, taken.value
    if table is None:
        return {decision.variable: to_json(value)}
    if table.hit_policy in LISTS and not table.aggregation:
        return _list_outputs(decision, table, value, taken.rows)
    return _named(decision, table, value)


def _list_outputs(
    decision: DecisionTable, table: TableLogic, value: Value, numbers: tuple[int, ...]
) -> dict[str, Any]:
    values = value if type(value) is list else [] if value is None else [value]
    rows = [_named(decision, table, one) for one in values]
    if len(table.outputs) > 1:
        return {"rows": rows}
    name = table.outputs[0].name or decision.variable
    return {name: [row[name] for row in rows], "rows": rows}


def _named(decision: DecisionTable, table: TableLogic, value: Value) -> dict[str, Any]:
    if len(table.outputs) == 1:
        return {table.outputs[0].name or decision.variable: to_json(value)}
    if value is None:
        return {output.name: None for output in table.outputs}
    return {name: to_json(one) for name, one in value.items()}
