"""What those with custody may read of a case, by age and by what the young person has said."""

from uuid import UUID

from sqlalchemy import exists, select

from engine.domain.calendars import age_on
from engine.storage.work import Work
from workflows.access.grants import in_force
from workflows.access.records import AccessGrantRow
from workflows.people.ages import leap_day_of_rights
from workflows.people.parties import guardians_on, young_person_of

OWN_AGE = "consent.own_age"


def guardian_may_read(work: Work, case_id: UUID, guardian_id: UUID) -> bool:
    """Say whether the guardian may read the case at this moment.

    Until the age of own consent whoever has custody may; from it only whom the young person lets
    read along, by a grant in force. What was given before 18 ends at 00:00:00 local of the
    birthday. Source: domain, 5.4, guardian.
    """
    person = young_person_of(work, case_id)
    born, own = person.birth_date, work.parameters.period(OWN_AGE).months // 12
    if age_on(born, work.today, leap_day=leap_day_of_rights(work)) < own:
        return guardian_id in {each.id for each in guardians_on(work, person.id, work.today)}
    granted = exists().where(
        AccessGrantRow.case_id == case_id,
        AccessGrantRow.guardian_id == guardian_id,
        in_force(work.now),
    )
    return bool(work.session.scalar(select(granted)))
