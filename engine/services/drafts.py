"""What a process owner works on before it is in force: saved, checked, deployed or thrown away.

There is one draft a process. Its version guards it: who saves or deploys names the version that
they saw. Version 0 is what is in force, with nothing saved yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.domain.errors import Conflict, InvalidDefinition, NotAllowed, NotFound
from engine.ports import SYSTEM, Actor
from engine.services.definitions import newest_definition
from engine.services.deployments import deploy_process
from engine.spiff.checks.findings import Finding, Known, Signature
from engine.spiff.checks.registry import has_errors
from engine.spiff.checks.safely import check_safely
from engine.spiff.checks.surroundings import NO_NAMES, known_to
from engine.storage.models import DefinitionRow, DraftRow
from engine.storage.work import Work
from engine.xml import BPMN, read_xml

DESIGNER = "process_designer"
_SOMEBODY_SAVED = (
    "{name} har gemt en kladde af denne proces, siden du åbnede den. Din tegning er stadig her: "
    "hent den som fil, åbn kladden igen, og sæt dine ændringer ind."
)
_IS_GONE = (
    "Kladden er lagt i drift eller slettet, siden du åbnede den. Din tegning er stadig her: hent "
    "den som fil, åbn processen igen, og sæt dine ændringer ind."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The files that a process owner sees, and who saved them when; nobody, for version 0."""

    process: str
    files: Mapping[str, str]
    version: int
    based_on: str | None
    saved_at: datetime | None
    saved_by: str

    @property
    def xml(self) -> str:
        """The diagram."""
        return self.files[f"{self.process}.bpmn"]


def open_draft(work: Work, process: str) -> Draft:
    """Return the draft, or what is in force when there is none. Raises `NotFound`."""
    row = work.session.get(DraftRow, process)
    if row is not None:
        return _draft(row)
    newest = newest_definition(work, process)
    return Draft(
        process=process,
        files=newest.files,
        version=0,
        based_on=newest.id,
        saved_at=None,
        saved_by="",
    )


def save_draft(work: Work, process: str, xml: str, version: int) -> Draft:
    """Keep `xml` as the diagram of the draft and return it, one version on.

    Faults of the process itself may stand in a draft. Raises `InvalidDefinition` when `xml` is
    no BPMN file, `Conflict` when `version` is no longer the one that is kept, and `NotAllowed`.
    Nothing is changed then.
    """
    require_designer(work.actor)
    check_is_bpmn(xml)
    draft = open_draft(work, process)
    _check_version(draft, version)
    files = {**draft.files, f"{process}.bpmn": xml}
    row = work.session.get(DraftRow, process)
    if row is None:
        row = DraftRow(
            process=process,
            files=files,
            based_on=draft.based_on,
            saved_at=work.now,
            saved_by=work.actor.name,
        )
        work.session.add(row)
    else:
        # the version counts only what changes, and the same diagram may be saved twice
        row.files, row.saved_at, row.saved_by = files, work.now, work.actor.name
    work.flush()
    return _draft(row)


def discard_draft(work: Work, process: str, version: int) -> None:
    """Throw the draft away; what is in force stays. Raises `Conflict` and `NotAllowed`."""
    require_designer(work.actor)
    _check_version(open_draft(work, process), version)
    row = work.session.get(DraftRow, process)
    if row is not None:
        work.session.delete(row)
        work.flush()


def check_draft(work: Work, process: str, known: Known) -> list[Finding]:
    """Return all that the deploy check finds in the draft, or in what is in force."""
    return check_safely(process, open_draft(work, process).files, known)


def deploy_draft(
    work: Work, process: str, version: int, known: Known, note: str = ""
) -> DefinitionRow:
    """Put the draft into force for new instances and return the version; the draft is gone then.

    Raises `InvalidDefinition` when the check finds errors, `Conflict` when the draft is not the
    one that was seen, `NotFound` when there is none, and `NotAllowed`. It stays a draft then.
    """
    require_designer(work.actor)
    draft = open_draft(work, process)
    _check_version(draft, version)
    row = work.session.get(DraftRow, process)
    if row is None:
        raise NotFound("Der er ingen kladde at lægge i drift.")
    if has_errors(check_draft(work, process, known)):
        raise InvalidDefinition(
            "Kladden har fejl og kan ikke lægges i drift. Se dem under »Kontrollér«, og ret dem."
        )
    deployed = deploy_process(work, process, draft.files, note)
    work.session.delete(row)
    work.flush()
    return deployed


def drafts_by_process(work: Work) -> Mapping[str, Draft]:
    """Return every draft."""
    return {row.process: _draft(row) for row in work.session.scalars(select(DraftRow))}


def newest_definitions(work: Work) -> list[DefinitionRow]:
    """Return the version of every process that new instances use, by name of the process."""
    names = work.session.scalars(select(DefinitionRow.process).distinct())
    return [newest_definition(work, name) for name in sorted(names)]


def offered_to(
    work: Work,
    process: str,
    *,
    roles: Iterable[str],
    handlers: Mapping[str, Signature],
    facts: Iterable[str] | None = None,
    published: Mapping[str, frozenset[str]] = NO_NAMES,
    enters: Mapping[str, frozenset[str]] = NO_NAMES,
    stays: Iterable[str] = (),
) -> Known:
    """Return what a draft of `process` may rely on here and now: the house and what is in force.

    `published` are the messages that the house sends by itself, with the names in them, `enters`
    and `stays` as `Known` has them.
    """
    packages = {row.process: row.files for row in newest_definitions(work)}
    draft = work.session.get(DraftRow, process)
    if draft is not None:
        packages[process] = draft.files
    return known_to(
        process,
        packages,
        roles=roles,
        handlers=handlers,
        parameters=work.parameters.entries,
        functions=work.functions,
        facts=facts,
        published=published,
        enters=enters,
        stays=stays,
    )


def require_designer(actor: Actor) -> None:
    """Raise `NotAllowed` unless `actor` may change processes."""
    if actor is not SYSTEM and DESIGNER not in actor.roles:
        raise NotAllowed("Kun procesejere kan ændre processer. Bed en procesejer om hjælp.")


def check_is_bpmn(xml: str) -> None:
    """Raise `InvalidDefinition` with a sentence unless `xml` is a file that can be drawn from."""
    if read_xml(xml.encode()).tag != f"{{{BPMN}}}definitions":
        raise InvalidDefinition(
            "Filen er XML, men ikke et BPMN-diagram. Gem diagrammet som BPMN 2.0, og prøv igen."
        )


def _check_version(draft: Draft, version: int) -> None:
    if draft.version != version:
        sentence = _SOMEBODY_SAVED if draft.version else _IS_GONE
        raise Conflict(sentence.format(name=draft.saved_by))


def _draft(row: DraftRow) -> Draft:
    return Draft(
        process=row.process,
        files=row.files,
        version=row.version,
        based_on=row.based_on,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )
