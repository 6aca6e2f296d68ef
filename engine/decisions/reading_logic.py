"""Reading the logic of a decision: tables and the boxed expressions of DMN."""

from __future__ import annotations

from collections.abc import Callable

from engine.decisions.elements import child, children, invalid, sort_of, text_of
from engine.decisions.model import (
    ConditionalLogic,
    ContextLogic,
    Entry,
    FilterLogic,
    FunctionLogic,
    HitPolicy,
    Input,
    InvocationLogic,
    IteratorLogic,
    ListLogic,
    LiteralLogic,
    Logic,
    Output,
    RelationLogic,
    Rule,
    TableLogic,
)
from engine.decisions.reading_types import TypeReader
from engine.decisions.types import ANY, DataType
from engine.feel.errors import FeelSyntaxError
from engine.feel.expressions import Expression, UnaryTests, parse, parse_unary_tests
from engine.feel.syntax import Literal
from engine.feel.values import Value
from engine.xml import Element

MAX_DEPTH = 30
_AGGREGATIONS = frozenset({"", "SUM", "MIN", "MAX", "COUNT"})


class LogicReader:
    """Reads logic with the names and types of one file. Raises `InvalidDefinition`."""

    def __init__(self, root: Element, names: frozenset[str]) -> None:
        self._names = names
        self._types = TypeReader(root, names)

    def type_of(self, element: Element) -> DataType:
        """Return the type that the element declares."""
        return self._types.declared(element)

    def inside(self, element: Element, where: str, depth: int = 0) -> Logic | None:
        """Return the logic that is a child of `element`, or None when there is none.

        Raises `InvalidDefinition` for what cannot be read or lies too deep.
        """
        if depth > MAX_DEPTH:
            raise invalid(element, where, "indholdet er for dybt.")
        for part in element:
            if sort_of(part) in _READERS:
                return self._read(part, where, depth)
        return None

    def _read(self, element: Element, where: str, depth: int) -> Logic:
        logic = _READERS[sort_of(element)](self, element, where, depth)
        if element.get("typeRef") is None or isinstance(logic, TableLogic):
            return logic
        return ContextLogic((Entry(None, self.type_of(element), logic),))

    def needed(self, element: Element | None, parent: Element, where: str, depth: int) -> Logic:
        """Return the logic inside `element`. Raises `InvalidDefinition` when there is none."""
        found = None if element is None else self.inside(element, where, depth + 1)
        if found is None:
            raise invalid(parent, where, "der mangler et udtryk.")
        return found

    def function(self, element: Element, where: str, depth: int = 0) -> FunctionLogic:
        """Return the function that `element` defines. Raises `InvalidDefinition`."""
        if element.get("kind", "FEEL") != "FEEL":
            raise invalid(element, where, "funktioner uden for FEEL kan ikke bruges.")
        parameters = tuple(
            (parameter.get("name") or "", self.type_of(parameter))
            for parameter in children(element, "formalParameter")
        )
        return FunctionLogic(parameters, self.needed(element, element, where, depth), ANY)

    # -- Expressions and cells --------------------------------------------------------------

    def _expression(self, element: Element, where: str) -> Expression:
        _check_language(element, where)
        try:
            return parse(text_of(element), self._names)
        except FeelSyntaxError as error:
            raise invalid(element, where, f"»{text_of(element)}«: {error}") from error

    def _tests(self, element: Element, where: str) -> UnaryTests:
        _check_language(element, where)
        try:
            return parse_unary_tests(text_of(element), self._names)
        except FeelSyntaxError as error:
            raise invalid(element, where, f"»{text_of(element)}«: {error}") from error

    def _literal(self, element: Element, where: str, depth: int) -> Logic:
        return LiteralLogic(self._expression(element, where))

    # -- Tables -----------------------------------------------------------------------------

    def _table(self, element: Element, where: str, depth: int) -> Logic:
        policy, aggregation = _policy(element, where)
        inputs = tuple(self._input(part, where) for part in children(element, "input"))
        outputs = self._outputs(element, where)
        if aggregation and len(outputs) != 1:
            raise invalid(element, where, f"{aggregation} kræver netop én outputkolonne.")
        ranked = any(output.order for output in outputs)
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not ranked:
            raise invalid(element, where, f"{policy} kræver værdier i prioriteret rækkefølge.")
        rules = tuple(
            self._rule(part, number, inputs, outputs, where)
            for number, part in enumerate(children(element, "rule"), start=1)
        )
        return TableLogic(
            hit_policy=policy,
            aggregation=aggregation,
            inputs=inputs,
            outputs=outputs,
            rules=rules,
        )

    def _input(self, element: Element, where: str) -> Input:
        head = child(element, "inputExpression")
        if head is None or not text_of(head):
            raise invalid(element, where, "en inputkolonne mangler sit udtryk.")
        values = child(element, "inputValues")
        return Input(
            label=element.get("label") or text_of(head),
            expression=self._expression(head, where),
            type=self.type_of(head),
            values=None if values is None else self._tests(values, where),
        )

    def _outputs(self, element: Element, where: str) -> tuple[Output, ...]:
        columns = list(children(element, "output"))
        if not columns:
            raise invalid(element, where, "tabellen har ingen outputkolonne.")
        outputs = tuple(self._output(column, element, where) for column in columns)
        names = [output.name for output in outputs]
        if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
            raise invalid(element, where, "outputkolonnerne skal have hver sit navn.")
        return outputs

    def _output(self, element: Element, table: Element, where: str) -> Output:
        values, default = child(element, "outputValues"), child(element, "defaultOutputEntry")
        sort = self.type_of(element)
        allowed = sort.allowed if values is None else self._tests(values, where)
        if values is None and allowed is None:
            allowed = self._types.named(table.get("typeRef")).allowed
        return Output(
            name=element.get("name") or "",
            type=sort,
            order=() if allowed is None else _literals(allowed),
            default=None if default is None else self._expression(default, where),
        )

    def _rule(
        self,
        element: Element,
        number: int,
        inputs: tuple[Input, ...],
        outputs: tuple[Output, ...],
        where: str,
    ) -> Rule:
        row = f"{where}, række {number}"
        tests = [
            self._tests(cell, f"{row}, »{column.label}«")
            for cell, column in zip(children(element, "inputEntry"), inputs, strict=False)
        ]
        values = [self._output_cell(cell, row) for cell in children(element, "outputEntry")]
        cells = sum(1 for _ in children(element, "inputEntry"))
        if cells != len(inputs) or len(values) != len(outputs):
            raise invalid(element, row, "rækken har ikke en celle for hver kolonne.")
        note = text_of(child(element, "description"))
        return Rule(number=number, tests=tuple(tests), outputs=tuple(values), note=note)

    def _output_cell(self, element: Element, where: str) -> Expression:
        if text_of(element) in ("", "-"):
            return parse("null")
        return self._expression(element, where)

    # -- Boxed expressions ------------------------------------------------------------------

    def _context(self, element: Element, where: str, depth: int) -> Logic:
        entries = children(element, "contextEntry")
        return ContextLogic(tuple(self._entry(part, "variable", where, depth) for part in entries))

    def _entry(self, element: Element, sort: str, where: str, depth: int) -> Entry:
        variable = child(element, sort)
        logic = self.needed(element, element, where, depth)
        if variable is None:
            return Entry(None, ANY, logic)
        return Entry(variable.get("name"), self.type_of(variable), logic)

    def _invocation(self, element: Element, where: str, depth: int) -> Logic:
        bindings = children(element, "binding")
        return InvocationLogic(
            self.needed(element, element, where, depth),
            tuple(self._entry(part, "parameter", where, depth) for part in bindings),
        )

    def _list(self, element: Element, where: str, depth: int) -> Logic:
        return ListLogic(self._all(element, where, depth))

    def _all(self, element: Element, where: str, depth: int) -> tuple[Logic, ...]:
        if depth > MAX_DEPTH:
            raise invalid(element, where, "indholdet er for dybt.")
        return tuple(
            self._read(part, where, depth + 1) for part in element if sort_of(part) in _READERS
        )

    def _relation(self, element: Element, where: str, depth: int) -> Logic:
        columns = tuple(column.get("name") or "" for column in children(element, "column"))
        rows = tuple(self._all(row, where, depth) for row in children(element, "row", "list"))
        if any(len(row) != len(columns) for row in rows):
            raise invalid(element, where, "en række har ikke en celle for hver kolonne.")
        return RelationLogic(columns, rows)

    def _function(self, element: Element, where: str, depth: int) -> Logic:
        return self.function(element, where, depth)

    def _conditional(self, element: Element, where: str, depth: int) -> Logic:
        condition, yes, no = (
            self.needed(child(element, sort), element, where, depth)
            for sort in ("if", "then", "else")
        )
        return ConditionalLogic(condition, yes, no)

    def _filter(self, element: Element, where: str, depth: int) -> Logic:
        source, match = (
            self.needed(child(element, sort), element, where, depth) for sort in ("in", "match")
        )
        return FilterLogic(source, match)

    def _iterator(self, element: Element, where: str, depth: int) -> Logic:
        return IteratorLogic(
            kind=sort_of(element),
            variable=element.get("iteratorVariable") or "item",
            source=self.needed(child(element, "in"), element, where, depth),
            body=self.needed(child(element, "return", "satisfies"), element, where, depth),
        )


_READERS: dict[str, Callable[[LogicReader, Element, str, int], Logic]] = {
    "literalExpression": LogicReader._literal,
    "decisionTable": LogicReader._table,
    "context": LogicReader._context,
    "invocation": LogicReader._invocation,
    "list": LogicReader._list,
    "relation": LogicReader._relation,
    "functionDefinition": LogicReader._function,
    "conditional": LogicReader._conditional,
    "filter": LogicReader._filter,
    "for": LogicReader._iterator,
    "some": LogicReader._iterator,
    "every": LogicReader._iterator,
}


def _policy(element: Element, where: str) -> tuple[HitPolicy, str]:
    written, aggregation = element.get("hitPolicy", "UNIQUE"), element.get("aggregation", "")
    try:
        policy = HitPolicy(written)
    except ValueError:
        raise invalid(element, where, f"hit policy »{written}« kendes ikke.") from None
    if aggregation not in _AGGREGATIONS or (aggregation and policy is not HitPolicy.COLLECT):
        raise invalid(element, where, f"»{aggregation}« kan ikke bruges med {policy}.")
    return policy, aggregation


def _literals(tests: UnaryTests) -> tuple[Value, ...]:
    return tuple(test.value for test in tests.tests if isinstance(test, Literal))


def _check_language(element: Element, where: str) -> None:
    language = element.get("expressionLanguage")
    if language and "feel" not in language.lower():
        raise invalid(element, where, f"sproget »{language}« kan ikke bruges, kun FEEL.")
