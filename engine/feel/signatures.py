"""How a built-in function says what it takes, so that each body can trust its arguments."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.errors import FeelError
from engine.feel.scopes import Meter
from engine.feel.values import KINDS, Function, Months, Range, Value, kind

Take = Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name in the standard, what it takes, whether it may be left out or null.

    `many` takes all that are left, as one list.
    """

    name: str
    take: Take
    optional: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way of calling a function. A `metered` body gets the meter as its first argument."""

    body: Callable[..., Value]
    parameters: tuple[Parameter, ...]
    metered: bool = False

    def counts(self) -> tuple[int, int]:
        """Return the fewest and the most arguments that it can be called with."""
        if self.parameters and self.parameters[-1].many:
            return len(self.parameters), sys.maxsize
        least = sum(not parameter.optional for parameter in self.parameters)
        return least, len(self.parameters)

    def call(self, meter: Meter, values: Sequence[Value]) -> Value:
        """Return what the body gives. Raises `FeelError` for an argument it does not take."""
        taken = [
            self._taken(parameter, value)
            for parameter, value in zip(self.parameters, values, strict=False)
            if not parameter.many
        ]
        if self.parameters and (last := self.parameters[-1]).many:
            taken.append([last.take(value) for value in values[len(self.parameters) - 1 :]])
        return self.body(meter, *taken) if self.metered else self.body(*taken)

    def fits(self, choices: Sequence[Sequence[Value]]) -> bool:
        """Tell whether it takes one of the choices for each argument; no choices may be any."""
        least, most = self.counts()
        if not least <= len(choices) <= most:
            return False
        parameters = [*self.parameters, *self.parameters[-1:] * len(choices)]
        return all(
            not values or any(_is_taken(parameter, value) for value in values)
            for parameter, values in zip(parameters, choices, strict=False)
        )

    def _taken(self, parameter: Parameter, value: Value) -> Value:
        if value is None and parameter.optional:
            return None
        try:
            return parameter.take(value)
        except FeelError as error:
            raise FeelError(f"»{parameter.name}« {error}") from None


def _is_taken(parameter: Parameter, value: Value) -> bool:
    try:
        parameter.take(value)
    except FeelError:
        return value is None and parameter.optional
    return True


def signature(body: Callable[..., Value], *parameters: Parameter) -> Signature:
    """Return the signature of a body that needs nothing but its arguments."""
    return Signature(body, parameters)


def metered(body: Callable[..., Value], *parameters: Parameter) -> Signature:
    """Return the signature of a body that does work of its own and pays for it."""
    return Signature(body, parameters, metered=True)


def function(name: str, *signatures: Signature) -> Function:
    """Return the FEEL function with these ways of calling it, tried in order."""

    ways = [(*way.counts(), way) for way in signatures]

    def run(meter: Meter, values: list[Value]) -> Value:
        count = len(values)
        fitting = [way for least, most, way in ways if least <= count <= most]
        if not fitting:
            raise FeelError(f"»{name}« kan ikke kaldes med {count} værdier.")
        return _first_that_fits(name, fitting, meter, values)

    def arrange(named: Mapping[str, Value]) -> list[Value]:
        for way in signatures:
            known = [parameter.name for parameter in way.parameters]
            least = {parameter.name for parameter in way.parameters if not parameter.optional}
            if least <= set(named) <= set(known):
                return _in_order(way, named)
        raise FeelError(f"»{name}« har ikke de navne, den er kaldt med.")

    def fits(choices: Sequence[Sequence[Value]]) -> bool:
        return any(way.fits(choices) for way in signatures)

    longest = max(signatures, key=lambda way: len(way.parameters)).parameters
    return Function(name, run, arrange, tuple(parameter.name for parameter in longest), fits)


def _first_that_fits(
    name: str, ways: Sequence[Signature], meter: Meter, values: list[Value]
) -> Value:
    for way in ways[:-1]:
        try:
            for parameter, value in zip(way.parameters, values, strict=False):
                if value is not None or not parameter.optional:
                    parameter.take(value)
        except FeelError:
            continue
        return _called(name, way, meter, values)
    return _called(name, ways[-1], meter, values)


def _called(name: str, way: Signature, meter: Meter, values: list[Value]) -> Value:
    try:
        return way.call(meter, values)
    except FeelError as error:
        raise FeelError(f"{name}(): {error}") from None


def _in_order(way: Signature, named: Mapping[str, Value]) -> list[Value]:
    if way.parameters and way.parameters[-1].many:
        last = named[way.parameters[-1].name]
        first = [named[parameter.name] for parameter in way.parameters[:-1]]
        return [*first, *(last if type(last) is list else [last])]
    given = [parameter.name in named for parameter in way.parameters]
    count = max((place + 1 for place, there in enumerate(given) if there), default=0)
    return [named.get(parameter.name) for parameter in way.parameters[:count]]


# -- What a parameter may take --------------------------------------------------------------


def _only(*sorts: type) -> Take:
    wanted = " eller ".join(KINDS[sort] for sort in sorts)

    def take(value: Value) -> Value:
        if type(value) in sorts:
            return value
        if type(value) is list and len(value) == 1 and type(value[0]) in sorts:
            return value[0]
        raise FeelError(f"skal være {wanted}, ikke {kind(value)}.")

    return take


def _whole(value: Value) -> int:
    number = _number(value)
    if number != number.to_integral_value() or number.adjusted() > 30:
        raise FeelError("skal være et helt tal.")
    return int(number)


def _cut(value: Value) -> int:
    number = _number(value)
    if number.adjusted() > 30:
        raise FeelError("er for stort.")
    return int(number)


def _list(value: Value) -> list[Value]:
    if type(value) is list:
        return value
    if value is None:
        raise FeelError("skal være en liste, ikke ingenting (null).")
    return [value]


def _numbers(value: Value) -> list[Decimal]:
    items = _list(value)
    if any(type(item) is not Decimal for item in items):
        raise FeelError("må kun rumme tal.")
    return items


_number = _only(Decimal)


def _maker(take: Take) -> Callable[..., Parameter]:
    def make(name: str, *, optional: bool = False, many: bool = False) -> Parameter:
        return Parameter(name, take, optional, many)

    return make


def _anything(value: Value) -> Value:
    return value


text = _maker(_only(str))
number = _maker(_number)
whole = _maker(_whole)
cut = _maker(_cut)  # a fraction is cut off, as the standard has it for scales and places
boolean = _maker(_only(bool))
items = _maker(_list)
numbers = _maker(_numbers)
context = _maker(_only(dict))
callable_function = _maker(_only(Function))
span = _maker(_only(Range))
day = _maker(_only(date))
clock = _maker(_only(time))
moment = _maker(_only(datetime))
day_or_moment = _maker(_only(date, datetime))
span_of_time = _maker(_only(timedelta))
duration = _maker(_only(timedelta, Months))
number_or_duration = _maker(_only(Decimal, timedelta, Months))
clocked = _maker(_only(datetime, time, date))
anything: Callable[..., Any] = _maker(_anything)
