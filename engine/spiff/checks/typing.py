"""Rules about values that do not fit: what an expression can only fail at, or never say.

What is known comes from the form fields and the columns of the tables. Where nothing is known,
nothing is said.
"""

from collections.abc import Callable, Iterator
from typing import Any

from engine.feel.inference import infer
from engine.feel.mismatches import Mismatch, NeverEqual, NotBoolean, Problem, WrongCall
from engine.feel.sorts import BOOLEAN, DAY, LIST, MOMENT, SPAN, TEXT, Sort
from engine.feel.temporal import is_temporal
from engine.spiff.checks.drawn_tables import decision_named, input_sorts
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, setting
from engine.spiff.checks.sentences import Words, of_call, of_mismatch, of_not_boolean, options
from engine.spiff.checks.sorts import names_after, names_of, words_of
from engine.spiff.checks.texts import Text, readable, short, where, where_in_english

_DATES = {"deadline": (DAY, MOMENT), "legal_limit": (DAY, MOMENT), "timer": (DAY, MOMENT, SPAN)}


def wrong_type(package: Package) -> Iterator[Finding]:
    """What is compared or reckoned with belongs together."""
    yield from _problems(package, "wrong_type", Mismatch, of_mismatch)
    yield from _problems(package, "wrong_type", NotBoolean, of_not_boolean)


def unknown_option(package: Package) -> Iterator[Finding]:
    """An answer is compared with what can be answered."""
    yield from _problems(package, "unknown_option", NeverEqual, options)


def wrong_call(package: Package) -> Iterator[Finding]:
    """A function is called with values that it takes."""
    yield from _problems(package, "wrong_call", WrongCall, of_call)


def condition_not_boolean(package: Package) -> Iterator[Finding]:
    """A condition says yes or no."""
    for text, sort, _ in _inferred(package):
        if text.place in ("condition", "enough") and not _may_be(sort, BOOLEAN):
            yield package.error(
                text.element,
                "condition_not_boolean",
                f"{where(text)} giver {sort.in_danish()}, ikke ja eller nej, så sagen ville gå i "
                f"stå her. Sammenlign med det, du spørger om, i »{short(text.text)}«.",
                f"{where_in_english(text)} gives {sort.in_english()}, not yes or no, so the case "
                f"would stop here. Compare with what you ask for in “{short(text.text)}”.",
            )


def not_a_date(package: Package) -> Iterator[Finding]:
    """A deadline, a legal limit and a timer give a date."""
    for text, sort, _ in _inferred(package):
        if text.place in _DATES and not _is_date(sort, *_DATES[text.place]):
            yield package.error(
                text.element,
                "not_a_date",
                f"{where(text)} giver {sort.in_danish()}, ikke en dato, så den kan ikke regnes "
                f'ud. Skriv for eksempel »after(created, param("…"))« i stedet for '
                f"»{short(text.text)}«.",
                f"{where_in_english(text)} gives {sort.in_english()}, not a date, so it cannot be "
                f'worked out. Write for instance “after(created, param("…"))” instead of '
                f"“{short(text.text)}”.",
            )


def not_a_list(package: Package) -> Iterator[Finding]:
    """What a step is repeated for is a list."""
    for text, sort, _ in _inferred(package):
        if text.place == "collection" and sort.kinds and not sort.can_be(LIST):
            yield package.error(
                text.element,
                "not_a_list",
                f"{where(text)} giver {sort.in_danish()}, så trinnet ikke kan gentages. Vælg "
                "noget, der er en liste, for eksempel svarene på et felt med flere valg.",
                f"{where_in_english(text)} gives {sort.in_english()}, so the step cannot be "
                "repeated. Choose something that is a list, for instance the answers of a field "
                "with many choices.",
            )


def table_input_type(package: Package) -> Iterator[Finding]:
    """A table is told values of the type that its column has."""
    for text, given, asked in _table_inputs(package):
        if given.kinds and asked.kinds and not _is_taken(given, asked):
            yield package.error(
                text.element,
                "table_input_type",
                f"{where(text)} giver {given.in_danish()}, men kolonnen i beslutningstabellen er "
                f"{asked.in_danish()}. Ret typen på kolonnen, eller giv tabellen noget andet.",
                f"{where_in_english(text)} gives {given.in_english()}, but the column of the "
                f"decision table is {asked.in_english()}. Mend the type of the column, or give "
                "the table something else.",
            )


def table_input_value(package: Package) -> Iterator[Finding]:
    """Every answer that a table may be told is one that its column lists."""
    for text, given, asked in _table_inputs(package):
        if given.texts is None or asked.texts is None or not given.is_only(TEXT):
            continue
        if strange := sorted(given.texts - asked.texts):
            danish = ", ".join(f"»{value}«" for value in strange)
            english = ", ".join(f"“{value}”" for value in strange)
            yield package.error(
                text.element,
                "table_input_value",
                f"{where(text)} kan give {danish}, men kolonnen i beslutningstabellen kender det "
                "ikke, så sagen ville gå i stå her. Tilføj det til kolonnens værdier.",
                f"{where_in_english(text)} may give {english}, which the column of the decision "
                "table does not list, so the case would stop here. Add it to the values of the "
                "column.",
            )


def _inferred(package: Package) -> Iterator[tuple[Text, Sort, tuple[Problem, ...]]]:
    names, words = names_of(package), words_of(package)
    for text, expression in readable(package):
        is_output = text.place.startswith("out.")
        around = names_after(package, text.element, names) if is_output else names
        yield text, *infer(expression.tree, around, words)


def _problems(
    package: Package, code: str, kind: type, told: Callable[[Any], Words]
) -> Iterator[Finding]:
    for text, _, problems in _inferred(package):
        for problem in problems:
            if isinstance(problem, kind):
                danish, english = told(problem)
                yield package.error(
                    text.element,
                    code,
                    f"{where(text)} kan ikke passe: {danish} Ret »{short(text.text)}«.",
                    f"{where_in_english(text)} cannot be right: {english} "
                    f"Mend “{short(text.text)}”.",
                )


def _may_be(sort: Sort, *kinds: str) -> bool:
    """Tell whether it may be of one of the kinds; what is null for certain is of none."""
    return sort.kinds is None or not sort.kinds.isdisjoint(kinds)


def _is_date(sort: Sort, *kinds: str) -> bool:
    if sort.texts is not None and sort.is_only(TEXT):
        return any(map(is_temporal, sort.texts))
    return _may_be(sort, *kinds, TEXT)


def _table_inputs(package: Package) -> Iterator[tuple[Text, Sort, Sort]]:
    for text, sort, _ in _inferred(package):
        decision = decision_named(package, setting(text.element, "decisionRef"))
        if text.place.startswith("in.") and decision is not None:
            asked = input_sorts(decision).get(text.place[3:])
            if asked is not None:
                yield text, sort, asked


def _is_taken(given: Sort, asked: Sort) -> bool:
    # A text is read as a date or a duration where the column is one.
    return asked.can_be(*(given.kinds or ())) or (
        given.can_be(TEXT) and not asked.can_be("number", BOOLEAN, LIST)
    )


RULES: tuple[Rule, ...] = (
    wrong_type,
    unknown_option,
    wrong_call,
    condition_not_boolean,
    not_a_date,
    not_a_list,
    table_input_type,
    table_input_value,
)
