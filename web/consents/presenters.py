"""What is open to whom until when and because of what, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from engine.services.reckonings import dates_of_case
from engine.storage.work import Work
from web.cases.reading import case_with_person
from web.consents.forms import title_of
from web.explaining import Dated, dated
from web.i18n import _, age_in_words, format_day, full_stop
from web.words import channel, consent_state, purpose
from workflows.access.grants import CONSENT
from workflows.consent.bases import uses_of
from workflows.consent.grounds import Ground, grounds_of
from workflows.consent.records import ConsentAnswerRow, ConsentRow, LegalBasisUseRow
from workflows.consent.rights import may_answer_for
from workflows.consent.rules import CARRYING, WAITING
from workflows.consent.scope import FORUM, TEAM, name_of_recipient
from workflows.consent.services import consents_of
from workflows.consent.vocabulary import vocabulary
from workflows.municipalities.records import EmployeeRow
from workflows.people.parties import YOUNG_PERSON, party_name


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about a consent; a day that was worked out brings its reckoning."""

    label: str
    value: str
    dated: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One who may read now: who, what, until when, because of what."""

    who: str
    note: str
    what: str
    until: str
    dated: Dated | None
    because: str
    end_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One consent: what it is for, where it stands, what was said and explained."""

    purpose: str
    state: str
    details: Sequence[Fact]
    answers: Sequence[str]
    text: str
    end_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One use of a basis in law; `told_action` is where to note that the young person knows."""

    title: str
    source: str
    details: Sequence[Fact]
    told_action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """The page of the consents of a case. The addresses are "" for who may not."""

    who: str
    case_href: str
    open: Sequence[Open]
    waiting: Sequence[Shown]
    standing: Sequence[Shown]
    over: Sequence[Shown]
    used: Sequence[Used]
    ask_href: str
    basis_href: str


def consents_page(work: Work, case_id: UUID) -> Consents:
    """Return the page of the consents of a case."""
    case, person = case_with_person(work, case_id)
    rows = consents_of(work, case_id)[::-1]
    may = case.closed_at is None and may_answer_for(work, case)
    return Consents(
        who=f"{person.first_name}, {age_in_words(person.birth_date, work.today)}",
        case_href=url_for("cases.case", case_id=case_id),
        open=list(_open(work, case_id, rows)),
        waiting=[_shown(work, each) for each in rows if each.status in WAITING],
        standing=[_shown(work, each) for each in rows if each.status in CARRYING],
        over=[_shown(work, each) for each in rows if each.status not in (*CARRYING, *WAITING)],
        used=[_used(work, each, may) for each in uses_of(work, case_id)],
        ask_href=url_for("consents.ask", case_id=case_id) if may else "",
        basis_href=url_for("consents.basis", case_id=case_id) if may else "",
    )


def end_href(row: ConsentRow) -> str:
    """Return where a consent that carries is withdrawn; "" for another."""
    if row.status not in CARRYING:
        return ""
    return url_for("consents.withdraw", case_id=row.case_id, consent_id=row.id)


def types_in_words(types: Sequence[str]) -> str:
    """Return the types of information as one line."""
    names = [title_of(vocabulary().type(each)).lower() for each in types]
    return ", ".join(names) or _("det, der blev aftalt")


def _open(work: Work, case_id: UUID, rows: Sequence[ConsentRow]) -> Iterator[Open]:
    by_id = {row.id: row for row in rows}
    for ground in grounds_of(work, case_id):
        row = by_id.get(ground.source_id)
        for party in ground.to_parties:
            yield Open(
                who=_capital(name_of_recipient(work, case_id, party)),
                note=_when_they_read(party),
                what=_capital(types_in_words(ground.types)),
                until=format_day(ground.until, work.today) if ground.until else "",
                dated=_dated(work, case_id, ground.until),
                because=_because(work, ground, row),
                end_href=end_href(row) if row else "",
            )


def _when_they_read(party: str) -> str:
    if party == TEAM or party.startswith(FORUM):
        return _("Læser kun, mens sagen er på deres dagsorden.")
    return ""


def _because(work: Work, ground: Ground, row: ConsentRow | None) -> str:
    if ground.source == CONSENT and row is not None:
        givers = ", ".join(_party(work, row.case_id, each) for each in row.signatories)
        day = _day(work, row.activated_at or row.asked_at)
        return full_stop(_("%(who)s sagde ja %(day)s.", who=_capital(givers), day=day))
    use = work.session.get_one(LegalBasisUseRow, ground.source_id)
    basis = vocabulary().basis(use.basis)
    return _("Loven giver lov: %(basis)s (%(source)s).", basis=title_of(basis), source=basis.source)


def _shown(work: Work, row: ConsentRow) -> Shown:
    names = [name_of_recipient(work, row.case_id, each) for each in row.to_parties]
    sources = [name_of_recipient(work, row.case_id, each) for each in row.from_parties]
    lines = [
        Fact(_("Oplysninger"), _capital(types_in_words(row.types))),
        Fact(_("Fra"), ", ".join(sources)),
        Fact(_("Til"), ", ".join(names)),
        Fact(_("Bruges til"), row.what_for),
        *_ahead(work, row),
        Fact(_("Trukket tilbage"), _withdrawn(work, row)),
        Fact(_("Husk"), row.also if row.status in WAITING else ""),
    ]
    return Shown(
        purpose=_capital(purpose(row.purpose)),
        state=consent_state(row.status),
        details=[line for line in lines if line.value],
        answers=_answers(work, row),
        text=row.shown_text,
        end_href=end_href(row),
    )


def _ahead(work: Work, row: ConsentRow) -> Iterator[Fact]:
    """Return by when who must answer, or when it expires."""
    if row.status in WAITING and row.answer_due is not None:
        query = select(ConsentAnswerRow.party).where(ConsentAnswerRow.consent_id == row.id)
        said = set(work.session.scalars(query))
        missing = [_party(work, row.case_id, each) for each in row.signatories if each not in said]
        yield Fact(_("Mangler svar fra"), ", ".join(missing))
        yield _dated_line(work, row, _("Svar senest"), row.answer_due)
    if row.status in CARRYING and row.expires_on is not None:
        yield _dated_line(work, row, _("Udløber"), row.expires_on)


def _dated_line(work: Work, row: ConsentRow, label: str, day: date) -> Fact:
    return Fact(label, format_day(day, work.today), dated=_dated(work, row.case_id, day))


def _dated(work: Work, case_id: UUID, day: date | None) -> Dated | None:
    return dated(day, dates_of_case(work, case_id).get(day.isoformat(), ())) if day else None


def _withdrawn(work: Work, row: ConsentRow) -> str:
    if row.withdrawn_at is None:
        return ""
    who = _party(work, row.case_id, row.withdrawn_party) if row.withdrawn_party else ""
    parts = (_day(work, row.withdrawn_at), who, channel(row.withdrawn_channel or "oral"))
    return ", ".join(part for part in parts if part)


def _answers(work: Work, row: ConsentRow) -> list[str]:
    """Return what each answered: who, what, how, when, and who wrote it down."""
    found = work.session.execute(
        select(ConsentAnswerRow, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == ConsentAnswerRow.recorded_by_id)
        .where(ConsentAnswerRow.consent_id == row.id)
        .order_by(ConsentAnswerRow.at, ConsentAnswerRow.id)
    )
    return [
        ", ".join(
            part
            for part in (
                _party(work, row.case_id, answer.party),
                _("ja") if answer.answer == "yes" else _("nej"),
                channel(answer.channel) if answer.channel else "",
                _day(work, answer.at),
                _("skrevet ind af %(name)s", name=name) if name else "",
                answer.evidence,
            )
            if part
        )
        for answer, name in found
    ]


def _used(work: Work, row: LegalBasisUseRow, may: bool) -> Used:
    basis = vocabulary().basis(row.basis)
    by = work.session.get(EmployeeRow, row.by_id) if row.by_id else None
    names = [name_of_recipient(work, row.case_id, each) for each in row.to_parties]
    told = _day(work, row.informed_at) if row.informed_at else _("ikke endnu")
    lines = [
        Fact(_("Oplysninger"), _capital(types_in_words(row.types))),
        Fact(_("Til"), ", ".join(names)),
        Fact(_("Hvorfor"), row.reason),
        Fact(_("Af"), f"{by.name if by else ''}, {_day(work, row.at)}"),
        Fact(_("Til og med"), format_day(row.until - timedelta(days=1), work.today)),
        Fact(_("Den unge fik det at vide"), told),
    ]
    action = url_for("consents.told", case_id=row.case_id, use_id=row.id)
    return Used(
        title=title_of(basis),
        source=basis.source,
        details=lines,
        told_action=action if may and row.informed_at is None else "",
    )


def _party(work: Work, case_id: UUID, party: str) -> str:
    return _("den unge selv") if party == YOUNG_PERSON else party_name(work, case_id, party)


def _day(work: Work, moment: datetime) -> str:
    return format_day(work.calendar.local_date(moment), work.today)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
