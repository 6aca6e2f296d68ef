"""The decision tables of a package, read once, and where their parts stand in the files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.decisions.elements import child, children, everywhere
from engine.decisions.model import LISTS, DecisionTable, Input, Output, TableLogic
from engine.decisions.tables import read_decisions
from engine.decisions.types import DataType
from engine.domain.errors import CaseworkError
from engine.feel.expressions import UnaryTests
from engine.feel.sorts import LIST, NUMBER, TEXT, UNKNOWN, Sort, list_of, of, one_of
from engine.feel.syntax import Literal, Name
from engine.spiff.checks.package import Package
from engine.spiff.settings import Element
from engine.xml import read_xml

_UNTOLD = frozenset({"Any", "context", "list", "function", "range", "duration"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decision that is a table, its file, and its element there."""

    file: str
    decision: DecisionTable
    logic: TableLogic
    element: Element

    @property
    def table(self) -> Element:
        """The element of the table itself."""
        found = child(self.element, "decisionTable")
        return self.element if found is None else found

    def row(self, number: int) -> Element:
        """Return the element of a row, counted from 1."""
        rows = list(children(self.table, "rule"))
        return rows[number - 1] if number <= len(rows) else self.element


def tables_of(package: Package) -> Iterator[Drawn]:
    """Yield the tables that can be read, in the order of the files."""
    for path, text in sorted(package.files.items()):
        for decision, element in _read(text) if path.endswith(".dmn") else ():
            if decision.table is not None:
                yield Drawn(path, decision, decision.table, element)


def decision_named(package: Package, name: str) -> DecisionTable | None:
    """Return the decision of that id, or None when there is none that can be read."""
    for path, text in sorted(package.files.items()):
        for decision, _ in _read(text) if path.endswith(".dmn") else ():
            if decision.id == name:
                return decision
    return None


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[tuple[DecisionTable, Element], ...]:
    try:
        decisions = read_decisions(text.encode())
        elements = {
            element.get("id") or element.get("name") or "": element
            for element in everywhere(read_xml(text.encode()), "decision")
        }
    except (CaseworkError, RecursionError):
        return ()
    return tuple((decision, elements[name]) for name, decision in decisions.items())


def input_sorts(decision: DecisionTable) -> Mapping[str, Sort]:
    """Return what the columns that ask for a plain name may be told, by that name."""
    columns = () if decision.table is None else decision.table.inputs
    return {
        column.expression.tree.name: input_sort(column)
        for column in columns
        if isinstance(column.expression.tree, Name)
    }


def input_sort(column: Input) -> Sort:
    """Return what a column may be asked about: its type, and the values it lists."""
    return told(column.type, column.values)


def output_sort(column: Output) -> Sort:
    """Return what a column may give: its type, and the values it lists."""
    sort = told(column.type)
    written = [value for value in column.order if isinstance(value, str)]
    if not written or len(written) < len(column.order) or not sort.can_be(TEXT):
        return sort
    return one_of(written)


def output_sorts(decision: DecisionTable) -> Mapping[str, Sort]:
    """Return what is known of each output when the decision is asked."""
    table = decision.table
    if table is None:
        return {decision.variable: told(decision.type)}
    if table.aggregation:
        return dict.fromkeys(_names(decision, table), of(NUMBER))
    sorts = dict(zip(_names(decision, table), map(output_sort, table.outputs), strict=True))
    if table.hit_policy not in LISTS:
        return sorts
    lists = {name: list_of(sort) for name, sort in sorts.items()} if len(sorts) == 1 else {}
    return {**lists, "rows": of(LIST)}


def told(sort: DataType, values: UnaryTests | None = None) -> Sort:
    """Return what a declared type says of a value; of contexts and durations little is said."""
    if sort.item is not None:
        return list_of(told(sort.item))
    if sort.basic in _UNTOLD:
        return UNKNOWN
    written = listed(values or sort.allowed)
    return one_of(written) if written and sort.basic == TEXT else of(sort.basic)


def listed(values: UnaryTests | None) -> tuple[str, ...]:
    """Return the texts that are written out as the only allowed ones; none when it says more."""
    if values is None or values.negated:
        return ()
    texts = [node.value for node in values.tests if isinstance(node, Literal)]
    whole = len(texts) == len(values.tests) and all(isinstance(text, str) for text in texts)
    return tuple(texts) if whole else ()


def _names(decision: DecisionTable, table: TableLogic) -> list[str]:
    return [output.name or decision.variable for output in table.outputs]
