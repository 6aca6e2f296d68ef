"""What the youth effort offers to a diagram: roles, functions and facts, as the check asks."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.services.drafts import offered_to
from engine.spiff.checks.findings import Known, Signature
from engine.storage.work import Work
from workflows.access.matrix import COMPARTMENTS, INSIDE, matrix
from workflows.cases.thread import PRIMARY
from workflows.catalogue import CATALOGUE
from workflows.municipalities.directory import LEADER_FORUM, PERSONAL
from workflows.municipalities.records import ForumRow, PostRow, RoleUnitRow

# The facts that every process may know at its start; see `cases.facts`.
FACTS = frozenset(
    {
        "birth_date",
        "schooling",
        "employment_case",
        "social_case",
        "team",
        "has_plan",
        "has_coordinator",
    }
)
# What an act of a person or a function sends, outside every diagram, and what is in it.
PUBLISHED: Mapping[str, frozenset[str]] = {
    "consent_withdrawn": frozenset({"consent_id"}),
    "item_placed": frozenset(
        {"meeting_id", "meets_on", "cut_off", "reason", "disciplines", "wished_role"}
    ),
}
CASE_ROLES = frozenset(PERSONAL | {LEADER_FORUM})
# Held by those who run the house, not by those who help a young person.
_HOUSE_ROLES = frozenset({"process_designer", "system_admin"})


def known_to_draft(work: Work, process: str) -> Known:
    """Return all that a draft of `process` may rely on here and now."""
    return offered_to(
        work,
        process,
        roles=roles_of(work.session),
        handlers=signatures(),
        facts=FACTS,
        published=PUBLISHED,
        enters=entering_roles(),
        stays=staying_functions(),
    )


def roles_of(session: Session) -> frozenset[str]:
    """Return the roles that a task may be given to in this municipality."""
    held = session.scalars(select(RoleUnitRow.role).union(select(PostRow.role)))
    chairs = session.scalars(select(ForumRow.disciplines))
    return CASE_ROLES.union(held, *chairs) - _HOUSE_ROLES


def entering_roles() -> Mapping[str, frozenset[str]]:
    """Return, by compartment, the roles that a step in it may be given to.

    Who holds the thread of a case in a compartment works in it.
    """
    return {
        compartment: frozenset({PRIMARY}).union(
            *(
                row.roles
                for row in matrix().rows.values()
                if INSIDE in row.compartments[compartment]
            )
        )
        for compartment in COMPARTMENTS
    }


def staying_functions() -> frozenset[str]:
    """Return the functions of the catalogue that a process in a compartment may call."""
    return frozenset(name for name, entry in CATALOGUE.items() if entry.stays)


def signatures() -> Mapping[str, Signature]:
    """Return what each function of the catalogue takes and gives."""
    return {
        name: Signature(
            inputs=frozenset(entry.inputs),
            outputs=frozenset(entry.outputs),
            optional=frozenset(entry.optional),
        )
        for name, entry in CATALOGUE.items()
    }
