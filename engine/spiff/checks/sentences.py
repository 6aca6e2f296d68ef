"""What cannot fit in an expression, said in Danish and English."""

from engine.feel.mismatches import Mismatch, NeverEqual, NotBoolean, WrongCall
from engine.feel.sorts import Sort

Words = tuple[str, str]


def of_mismatch(problem: Mismatch) -> Words:
    """Return why two values cannot meet."""
    (left, left_too), (right, right_too) = _value(problem.left), _value(problem.right)
    sign = problem.operator
    if not problem.left.kinds:
        return (
            f"der kan ikke sættes »{sign}« foran {right}.",
            f"there can be no “{sign}” before {right_too}.",
        )
    hint, hint_too = _hint(problem.left, problem.right)
    return (
        f"»{sign}« kan ikke bruges på {left} og {right}.{hint}",
        f"“{sign}” cannot be used on {left_too} and {right_too}.{hint_too}",
    )


def of_not_boolean(problem: NotBoolean) -> Words:
    """Return why a value cannot be asked for yes or no."""
    danish, english = _value(problem.found)
    return (
        f"»{problem.word}« spørger om ja eller nej, men får {danish}.",
        f"“{problem.word}” asks for yes or no but gets {english}.",
    )


def options(problem: NeverEqual) -> Words:
    """Return why a comparison can never hold."""
    danish = " og ".join(f"»{text}«" for text in problem.written)
    english = " and ".join(f"“{text}”" for text in problem.written)
    if not problem.possible:
        return f"{danish} er ikke en dato.", f"{english} is not a date."
    return (
        f"{danish} er ikke blandt svarene, som er {', '.join(problem.possible)}.",
        f"{english} is not among the answers, which are {', '.join(problem.possible)}.",
    )


def of_call(problem: WrongCall) -> Words:
    """Return why a call can only fail."""
    if problem.function == "@":
        written = next(iter(problem.given[0].texts or ()), "")
        return (
            f"»{written}« er hverken en dato, et klokkeslæt eller en varighed.",
            f"“{written}” is neither a date, a time nor a duration.",
        )
    told = [_given(sort) for sort in problem.given]
    danish = " og ".join(word for word, _ in told) or "ingenting"
    english = " and ".join(word for _, word in told) or "nothing"
    return (
        f"»{problem.function}« kan ikke bruges på {danish}.",
        f"“{problem.function}” cannot be used on {english}.",
    )


def _given(sort: Sort) -> Words:
    if sort.texts is not None and len(sort.texts) == 1:
        (text,) = sort.texts
        return f"»{text}«", f"“{text}”"
    return _value(sort) if sort.kinds is not None else ("en værdi", "a value")


def _value(sort: Sort) -> Words:
    if sort.dated:
        return "en dato fra en formular", "a date of a form"
    return sort.in_danish(), sort.in_english()


def _hint(*sorts: Sort) -> Words:
    if any(sort.dated for sort in sorts) and any(sort.can_be("date") for sort in sorts):
        return " Skriv »date(…)« om datoen fra formularen.", " Write “date(…)” around it."
    return "", ""
