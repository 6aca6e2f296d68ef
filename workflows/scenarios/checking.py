"""Holding what happened against what the file says."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from engine.storage.work import Work
from workflows.scenarios.dates import (
    OF_A_TASK,
    explained,
    unexplained,
    unlike_ladders,
    unwritten,
)
from workflows.scenarios.facts import Facts
from workflows.scenarios.format import Line
from workflows.scenarios.observing import Observed
from workflows.scenarios.seeing import unlike_sights


def differences(work: Work, case_id: UUID, line: Line, actual: Observed, facts: Facts) -> list[str]:
    """Return one sentence for everything that was expected and did not come, or the reverse.

    Of every date it tells how it was reckoned.
    """
    return [
        *(
            f"{problem}{explained(work, _name(each).split('(')[0], each.split(' → ')[-1])}"
            for each, problem in _compared("opgave", line.opens, actual.opens)
        ),
        *(
            f"{problem}{explained(work, each.split(' ')[-1].split('(')[0])}"
            for each, problem in _compared("trin", line.rungs, actual.rungs)
        ),
        *(problem for _, problem in _compared("besked", line.mails, actual.mails)),
        *_unlike(work, line, facts),
        *unlike_ladders(work, case_id, line.ladders),
        *unexplained(work, case_id, line.why),
        *unwritten(actual.journal, line.journal),
        *unlike_sights(work, case_id, line),
    ]


def _compared(kind: str, expected: Sequence[str], found: Sequence[str]) -> list[tuple[str, str]]:
    """Return (what it is about, sentence) for each difference; same name, other date, is one."""
    missing = list((Counter(expected) - Counter(found)).elements())
    surplus = list((Counter(found) - Counter(expected)).elements())
    told: list[tuple[str, str]] = []
    for each in missing:
        twin = next((other for other in surplus if _name(other) == _name(each)), None)
        if twin is None:
            told.append((each, f"{kind}: ventet {each}, fandt intet"))
        else:
            surplus.remove(twin)
            told.append((twin, f"{kind}: ventet {each}, fandt {twin}"))
    return told + [(each, f"{kind}: ventet intet, fandt {each}") for each in surplus]


def _name(written: str) -> str:
    return written.split(" → ")[0]


def _unlike(work: Work, line: Line, facts: Facts) -> Iterator[str]:
    for key, wanted in line.then.items():
        if facts.get(key) != wanted:
            what, _, element = key.partition(".")
            why = explained(work, element) if what in OF_A_TASK else ""
            yield f"{key}: ventet {wanted!r}, fandt {facts.get(key)!r}{why}"
