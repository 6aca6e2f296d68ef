"""CPR numbers: whether one can be a person's, how it is shown, and how it is found again.

A number rests sealed with the key of its person. It is found by `cpr_mark`, a keyed digest of the
whole number: its key is the key of the house, which rests under the rotating master keys as every
other does, so that a rotation changes no mark and a thief of the database tries no numbers.
"""

from datetime import date

REPLACED = 60  # added to the day: a replacement number, and those of people who do not exist
_HIDDEN = "••••"
# From which century a seventh digit is, and up to which year of it; Danish CPR office.
_CENTURIES = {
    **dict.fromkeys("0123", ((99, 1900),)),
    **dict.fromkeys("49", ((36, 2000), (99, 1900))),
    **dict.fromkeys("5678", ((57, 2000), (99, 1800))),
}


def digits_of(typed: str) -> str:
    """Return the ten digits of what was typed, "" for what is no such number."""
    plain = "".join(typed.split()).replace("-", "", 1)
    return plain if len(plain) == 10 and plain.isascii() and plain.isdigit() else ""


def fits(cpr: str, born: date) -> bool:
    """Say whether ten digits can be the number of one born that day.

    The seventh tells the century; not in a replacement number. No sum is checked: numbers that
    have been given since 2007 need not have one.
    """
    day = int(cpr[:2])
    if cpr[2:6] != f"{born:%m%y}" or born.day not in (day, day - REPLACED):
        return False
    return day > REPLACED or _year_of(cpr) == born.year


def masked(cpr: str) -> str:
    """Return what is shown of it: the birth date, which stands beside it anyway."""
    return f"{cpr[:6]}-{_HIDDEN}"


def written(cpr: str) -> str:
    """Return it as people write it."""
    return f"{cpr[:6]}-{cpr[6:]}"


def _year_of(cpr: str) -> int:
    year = int(cpr[4:6])
    return next(century + year for last, century in _CENTURIES[cpr[6]] if year <= last)
