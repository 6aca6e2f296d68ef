"""What a line of a scenario may do with consents beside answering them."""

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.ports import SYSTEM
from engine.storage.work import Work
from workflows.cases.thread import youth_case
from workflows.consent.requests import Asked, ask_for_consent
from workflows.municipalities.directory import actor_of
from workflows.people.parties import party_of, young_person_of
from workflows.people.records import GuardianRow
from workflows.scenarios.format import Line
from workflows.scenarios.stage import Stage, given_of


def ask(stage: Stage, line: Line) -> None:
    """Ask for a consent to `purpose`, of `types`, to `to` (a guardian by relation) `what_for`."""
    given = given_of(line, "purpose", "types", "to", "what_for", may=("lasts_until",))

    def act(work: Work) -> None:
        work.actor = actor_of(work, youth_case(work, stage.case).primary_id)
        asked = Asked(
            purpose=given["purpose"],
            types=tuple(given["types"]),
            to_parties=tuple(_party(work, stage, each) for each in given["to"]),
            what_for=given["what_for"],
            lasts_until=given.get("lasts_until"),
        )
        ask_for_consent(work, stage.case, asked)

    stage.casework.act(SYSTEM, act)


def _party(work: Work, stage: Stage, name: str) -> str:
    if ":" in name or name == "team":
        return name
    person = young_person_of(work, stage.case)
    query = select(GuardianRow).where(GuardianRow.young_person_id == person.id)
    found = next((row for row in work.session.scalars(query) if row.relation == name), None)
    if found is None:
        raise InvalidDefinition(f"Ingen forælder hedder »{name}«.")
    return party_of(found)
