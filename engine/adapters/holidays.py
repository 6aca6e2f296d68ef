"""The public holidays of Denmark, from the `holidays` library, with their everyday names.

Store bededag is among them up to 2023 and never after: it was abolished from 2024.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import PUBLIC, country_holidays

_EVERYDAY_NAMES = {
    "Anden påskedag": "2. påskedag",
    "Anden pinsedag": "2. pinsedag",
    "Juledag": "1. juledag",
    "Anden juledag": "2. juledag",
}


@lru_cache(maxsize=512)
def danish_holidays(year: int) -> Mapping[date, str]:
    """Return the public holidays of `year` with their Danish names, in the order of the year."""
    found = country_holidays("DK", years=year, categories=(PUBLIC,), language="da")
    return MappingProxyType(
        {day: _EVERYDAY_NAMES.get(name, name) for day, name in sorted(found.items())}
    )
