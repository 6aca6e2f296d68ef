"""A parent objects to what the young person has agreed to: somebody finds out, nobody decides."""

from uuid import UUID

from engine.domain.errors import NotFound, Over
from engine.services.definitions import newest_definition
from engine.services.journal import record
from engine.services.tasks import open_task
from engine.storage.models import TaskRow
from engine.storage.work import Work
from workflows.consent.records import ConsentRow
from workflows.consent.rules import CARRYING

ELEMENT = "clarify_objection"


def object_to_consent(work: Work, consent_id: UUID, party: str, channel: str) -> TaskRow:
    """Note that `party`, who has not signed it, says no; the thread-holder clarifies.

    The consent goes on: from the age of own consent it is the young person's (domain, P2-W).
    Raises `NotFound`, and `Conflict` when it carries nothing, or its signatory says no: that is
    a withdrawal.
    """
    work.reads_for("consent", f"consent:{consent_id}")
    consent = work.session.get(ConsentRow, consent_id)
    if consent is None:
        raise NotFound("Samtykket findes ikke.")
    if consent.status not in CARRYING or party in consent.signatories:
        raise Over("Samtykket gælder ikke længere.")
    record(
        work,
        consent.case_id,
        "consent_objected_to",
        consent=str(consent.id),
        party=party,
        channel=channel,
    )
    return open_task(
        work,
        case_id=consent.case_id,
        element=ELEMENT,
        title="Afklar en forælders nej til det, den unge har givet lov til",
        role="primary_responsible",
        why_now="En forælder siger nej. Den unges eget ja gælder, til det er afklaret.",
        deadline='after(created, param("consent.clarify"))',
        ladder="A",
        definition=newest_definition(work, "consent"),
    )
