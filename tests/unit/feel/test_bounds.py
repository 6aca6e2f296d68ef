"""What an expression may cost. What wants out or never ends stands in `tests/unit/attacks`."""

import pytest

from engine.domain.errors import EvaluationFailed
from engine.feel.expressions import parse, value

CONTEXT = {"long": list(range(9_000))}


def test_giving_up_is_an_error_and_not_an_answer():
    with pytest.raises(EvaluationFailed, match="for meget arbejde"):
        value(parse("for a in 1..9999 return for b in 1..9999 return a"), {})


def test_a_result_has_a_greatest_size():
    with pytest.raises(EvaluationFailed, match="for stort resultat"):
        value(parse("[long, long, long]"), CONTEXT)


def test_a_long_chain_of_conditions_is_not_deep():
    text = " and ".join(f"a > {n}" for n in range(-150, 0))

    assert value(parse(text), {"a": 1}) is True


def test_a_number_too_large_for_json_is_an_error():
    with pytest.raises(EvaluationFailed, match="for stort"):
        value(parse("10 ** 400"), {})
