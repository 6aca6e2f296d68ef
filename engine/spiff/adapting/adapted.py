"""What import help gives back: the adapted copy, what was done to it, and what is left to do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.wire import finding_from_json, finding_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing done to one element of the drawing, in two languages.

    `element` is its id in the copy, `line` where it stands in the file that was sent (from 1).
    `left_danish` and `left_english` say what the process owner has to decide because of it, and
    are empty when there is nothing.
    """

    code: str
    element: str
    element_name: str
    line: int | None
    danish: str
    english: str
    left_danish: str = ""
    left_english: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapted:
    """The outcome for one file.

    `xml` is the adapted copy, or empty when the drawing is refused. `findings` are what the deploy
    check says of the copy, with the lines of the file that was sent; of a refused drawing, all
    that stands in the way. `others` are the
    processes of the file that could have been chosen instead, by id, with their names.
    """

    process: str
    xml: str = ""
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    others: Mapping[str, str]

    @property
    def is_refused(self) -> bool:
        """Whether there is no copy."""
        return not self.xml

    @property
    def decisions(self) -> Sequence[Change]:
        """The changes that leave something to decide."""
        return [each for each in self.changes if each.left_danish]


def refused(process: str, findings: Sequence[Finding]) -> Adapted:
    """Return the outcome of a drawing that is left as it is."""
    return Adapted(process=process, findings=tuple(findings), others={})


def adapted_to_json(adapted: Adapted) -> dict[str, Any]:
    """Return `adapted` as JSON values."""
    return {
        "process": adapted.process,
        "xml": adapted.xml,
        "changes": [asdict(each) for each in adapted.changes],
        "findings": [finding_to_json(each) for each in adapted.findings],
        "others": dict(adapted.others),
    }


def adapted_from_json(given: Mapping[str, Any]) -> Adapted:
    """Return what `adapted_to_json` was given."""
    return Adapted(
        process=given["process"],
        xml=given["xml"],
        changes=tuple(Change(**each) for each in given["changes"]),
        findings=tuple(finding_from_json(each) for each in given["findings"]),
        others=given["others"],
    )
