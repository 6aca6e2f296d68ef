"""The number functions of the standard."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.errors import FeelError
from engine.feel.signatures import cut, function, number, number_or_duration, signature
from engine.feel.values import ARITHMETIC, Function, Months, Value

_MIN_SCALE, _MAX_SCALE = -6111, 6176


def _rounded(rounding: str) -> Callable[[Decimal, int | None], Decimal]:
    def run(value: Decimal, scale: int | None = 0) -> Decimal:
        if scale is None:
            raise FeelError("»scale« skal være et tal.")
        if not _MIN_SCALE <= scale <= _MAX_SCALE:
            raise FeelError(f"»scale« skal ligge mellem {_MIN_SCALE} og {_MAX_SCALE}.")
        if -value.as_tuple().exponent <= scale and scale >= 0:  # type: ignore[operator]  # finite
            return value  # it has no more decimals than asked for
        return _plain(value.quantize(Decimal(1).scaleb(-scale, ARITHMETIC), rounding, ARITHMETIC))

    return run


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), context=ARITHMETIC) if 0 < value.adjusted() < 30 else value


def _abs(value: Value) -> Value:
    return Months(abs(value.count)) if type(value) is Months else abs(value)


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    # dividend - divisor * floor(dividend / divisor): the sign follows the divisor.
    quotient = ARITHMETIC.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return ARITHMETIC.subtract(dividend, ARITHMETIC.multiply(divisor, quotient))


def _sqrt(value: Decimal) -> Decimal:
    if value < 0:
        raise FeelError("»number« må ikke være negativt.")
    return ARITHMETIC.sqrt(value)


def _log(value: Decimal) -> Decimal:
    if value <= 0:
        raise FeelError("»number« skal være større end nul.")
    return ARITHMETIC.ln(value)


def _is_even(value: Decimal) -> bool:
    return ARITHMETIC.remainder(value, Decimal(2)) == 0


def _is_odd(value: Decimal) -> bool:
    return abs(ARITHMETIC.remainder(value, Decimal(2))) == 1


def _rounding(name: str, rounding: str, *, scale_needed: bool = False) -> Function:
    scale = cut("scale", optional=not scale_needed)
    return function(name, signature(_rounded(rounding), number("n"), scale))


NUMBER_FUNCTIONS: tuple[Function, ...] = (
    _rounding("decimal", ROUND_HALF_EVEN, scale_needed=True),
    _rounding("floor", ROUND_FLOOR),
    _rounding("ceiling", ROUND_CEILING),
    _rounding("round up", ROUND_UP, scale_needed=True),
    _rounding("round down", ROUND_DOWN, scale_needed=True),
    _rounding("round half up", ROUND_HALF_UP, scale_needed=True),
    _rounding("round half down", ROUND_HALF_DOWN, scale_needed=True),
    function("abs", signature(_abs, number_or_duration("n"))),
    function("modulo", signature(_modulo, number("dividend"), number("divisor"))),
    function("sqrt", signature(_sqrt, number("number"))),
    function("log", signature(_log, number("number"))),
    function("exp", signature(ARITHMETIC.exp, number("number"))),
    function("odd", signature(_is_odd, number("number"))),
    function("even", signature(_is_even, number("number"))),
)
