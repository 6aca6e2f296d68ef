"""Rules about what stands in a decision table: every cell fits, and every case has one row."""

from collections.abc import Iterator
from functools import lru_cache

from engine.decisions.analysis import MAX_COLUMNS, Analysis, Example, analyse
from engine.decisions.analysis_points import OTHER_TEXT
from engine.decisions.model import LISTS, DecisionTable
from engine.decisions.reads import expressions_of
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.inference import infer, passes
from engine.feel.mismatches import Mismatch, NeverEqual
from engine.feel.sorts import TEXT
from engine.spiff.checks.drawn_tables import Drawn, input_sort, output_sort, tables_of
from engine.spiff.checks.findings import Finding, Severity
from engine.spiff.checks.package import Package, Rule, line_of
from engine.spiff.checks.sentences import of_mismatch, options
from engine.spiff.checks.sorts import words_of
from engine.spiff.settings import Element


def table_unknown_word(package: Package) -> Iterator[Finding]:
    """Every function that a table calls exists."""
    known = BUILTIN_NAMES | package.known.functions
    for drawn in tables_of(package):
        own = {each.name for each in drawn.decision.knows}
        called = {name for text in expressions_of(drawn.logic) for name in text.calls}
        for name in sorted(called - known - own):
            yield _finding(
                drawn,
                drawn.element,
                "table_unknown_word",
                f"Tabellen bruger »{name}(…)«, som ikke findes. Brug en af de funktioner, der står "
                "i vejledningen.",
                f"The table uses “{name}(…)”, which does not exist. Use one of the functions in "
                "the guide.",
            )


def table_cell_type(package: Package) -> Iterator[Finding]:
    """What a cell asks for is of the type of its column."""
    for drawn, row, label, problem in _asked(package):
        if isinstance(problem, Mismatch):
            danish, english = of_mismatch(problem)
            yield _finding(
                drawn,
                drawn.row(row),
                "table_cell_type",
                f"Række {row}, »{label}«: {danish} Ret cellen, eller vælg en anden type til "
                "kolonnen.",
                f"Row {row}, “{label}”: {english} Mend the cell, or choose another type for the "
                "column.",
            )


def table_cell_value(package: Package) -> Iterator[Finding]:
    """What a cell asks for is one of the values that the column lists."""
    for drawn, row, label, problem in _asked(package):
        if isinstance(problem, NeverEqual):
            danish, english = options(problem)
            yield _finding(
                drawn,
                drawn.row(row),
                "table_cell_value",
                f"Række {row}, »{label}«, kan aldrig passe: {danish} Ret cellen, eller tilføj "
                "værdien til kolonnen.",
                f"Row {row}, “{label}”, can never fit: {english} Mend the cell, or add the value "
                "to the column.",
            )


def table_output_type(package: Package) -> Iterator[Finding]:
    """What a row gives is of the type of its column, and one of its values when it lists some."""
    words = words_of(package)
    for drawn in tables_of(package):
        for rule in drawn.logic.rules:
            for cell, column in zip(rule.outputs, drawn.logic.outputs, strict=True):
                wanted, given = output_sort(column), infer(cell.tree, {}, words)[0]
                if not given.kinds or wanted.can_be(*given.kinds):
                    strange = (given.texts or frozenset()) - (wanted.texts or frozenset())
                    if wanted.texts is None or not strange or not given.is_only(TEXT):
                        continue
                name = column.name or drawn.decision.name
                values = ", ".join(sorted(wanted.texts or ()))
                yield _finding(
                    drawn,
                    drawn.row(rule.number),
                    "table_output_type",
                    f"Række {rule.number} giver »{cell.text}« i »{name}«, men kolonnen er "
                    f"{values or wanted.in_danish()}. Ret cellen, eller ret kolonnen.",
                    f"Row {rule.number} gives “{cell.text}” in “{name}”, but the column is "
                    f"{values or wanted.in_english()}. Mend the cell, or mend the column.",
                )


def table_overlap(package: Package) -> Iterator[Finding]:
    """Where one row decides, no two rows fit the same case and say different things."""
    for drawn, found in _analysed(package):
        for overlap in found.overlaps:
            first, second = overlap.rows
            danish, english = _in_words(overlap.example)
            policy = drawn.logic.hit_policy.value
            yield _finding(
                drawn,
                drawn.row(second),
                "table_overlap",
                f"Række {first} og {second} passer begge på {danish}, så ingen af dem afgør noget "
                f"({policy}). Gør den ene smallere, eller vælg FIRST, hvis den øverste skal gælde.",
                f"Rows {first} and {second} both fit {english}, so neither decides ({policy}). "
                "Narrow one of them, or choose FIRST if the upper one shall count.",
            )


def table_gap(package: Package) -> Iterator[Finding]:
    """Every case has a row, or the table has a default for the others."""
    for drawn, found in _analysed(package):
        if drawn.logic.hit_policy in LISTS:
            continue  # no row gives an empty list, which says what there is to say
        for example in found.gaps:
            danish, english = _in_words(example)
            yield _finding(
                drawn,
                drawn.table,
                "table_gap",
                f"Ingen række passer på {danish}, så tabellen ikke giver noget (null). Tilføj en "
                "række, eller sæt et standardsvar.",
                f"No row fits {english}, so the table gives nothing (null). Add a row, or set a "
                "default.",
                Severity.WARNING,
            )


def table_row_never(package: Package) -> Iterator[Finding]:
    """Every row of a FIRST table can come to decide."""
    for drawn, found in _analysed(package):
        for number in found.unreachable:
            yield _finding(
                drawn,
                drawn.row(number),
                "table_row_never",
                f"Række {number} kommer aldrig til at afgøre noget, for rækkerne over den tager "
                "alt, der passer på den. Slet den, eller flyt den op.",
                f"Row {number} never comes to decide, since the rows above it take all that fits "
                "it. Delete it, or move it up.",
                Severity.WARNING,
            )


def table_too_large(package: Package) -> Iterator[Finding]:
    """A table is small enough to be looked through for holes and overlaps."""
    for drawn, found in _analysed(package):
        if found.too_large:
            yield _finding(
                drawn,
                drawn.table,
                "table_too_large",
                "Tabellen er for stor til at blive set igennem for huller og overlap (højst "
                f"{MAX_COLUMNS} kolonner og nogle hundrede rækker). Del den op i flere tabeller.",
                "The table is too large to be looked through for gaps and overlaps (at most "
                f"{MAX_COLUMNS} columns and some hundred rows). Split it into several tables.",
                Severity.WARNING,
            )


def _asked(package: Package) -> Iterator[tuple[Drawn, int, str, object]]:
    """Yield each problem of the input cells: table, number of the row, label of the column."""
    words = words_of(package)
    for drawn in tables_of(package):
        for rule in drawn.logic.rules:
            for cell, column in zip(rule.tests, drawn.logic.inputs, strict=True):
                for problem in passes(cell.tests, input_sort(column), {}, words):
                    yield drawn, rule.number, column.label, problem


def _analysed(package: Package) -> Iterator[tuple[Drawn, Analysis]]:
    for drawn in tables_of(package):
        yield drawn, _analysis(drawn.decision)


@lru_cache(maxsize=64)
def _analysis(decision: DecisionTable) -> Analysis:
    return analyse(decision)


def _in_words(example: Example) -> tuple[str, str]:
    """Return an example of values in Danish and English."""
    if not example:
        return "noget som helst", "anything at all"
    told = [(name, *_shown(value)) for name, value in example.items()]
    danish = " og ".join(f"»{name}« = {value}" for name, value, _ in told)
    return danish, " and ".join(f"“{name}” = {value}" for name, _, value in told)


def _shown(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("ja", "yes") if value else ("nej", "no")
    if value is None:
        return "intet (null)", "nothing (null)"
    return f"{value}", "(another text)" if value == OTHER_TEXT else f"{value}"


def _finding(
    drawn: Drawn,
    element: Element,
    code: str,
    danish: str,
    english: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        element=element.get("id") or drawn.decision.id,
        element_name=drawn.decision.name,
        line=line_of(element),
        file=drawn.file,
        danish=danish,
        english=english,
    )


RULES: tuple[Rule, ...] = (
    table_unknown_word,
    table_cell_type,
    table_cell_value,
    table_output_type,
    table_overlap,
    table_gap,
    table_row_never,
    table_too_large,
)
