"""What a change of settings does to what is open, in words: how many, never whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.storage.work import Work
from web.i18n import _, format_day, ngettext
from workflows.municipalities.effects import MovedMeeting, Preview, preview
from workflows.municipalities.layers import Change

_MOST = 6  # meetings that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """A change in sentences; `meetings` name those that move, the first of them."""

    sentences: Sequence[str]
    meetings: Sequence[str]


def effects_of(work: Work, change: Change) -> Effects:
    """Return what the change would do. Raises as `workflows.municipalities.settings.proposed`."""
    found = preview(work, change)
    return Effects(
        sentences=list(_sentences(found)),
        meetings=[_meeting(work, each) for each in found.meetings[:_MOST]],
    )


def _sentences(found: Preview) -> Iterator[str]:
    if not found.concerned:
        yield _("Ingen åbne opgaver har en frist, der er regnet med det.")
    elif not found.tasks:
        yield _("Ingen åbne opgaver får en anden frist.")
    else:
        told = ngettext(
            "Det ændrer fristen i %(num)d åben opgave.",
            "Det ændrer fristen i %(num)d åbne opgaver.",
            found.tasks,
        )
        after = _("De bliver regnet om, når det er gemt, og de, det angår, får besked.")
        yield f"{told} {after}"
    if found.earlier:
        yield ngettext(
            "%(num)d af dem får en tidligere frist.",
            "%(num)d af dem får en tidligere frist.",
            found.earlier,
        )
    if not found.meetings:
        yield _("Ingen møder flytter.")
        return
    yield ngettext(
        "%(num)d møde flytter eller aflyses.",
        "%(num)d møder flytter eller aflyses.",
        len(found.meetings),
    )
    yield ngettext(
        "%(num)d punkt følger med. De inviterede får besked.",
        "%(num)d punkter følger med. De inviterede får besked.",
        found.items,
    )


def _meeting(work: Work, each: MovedMeeting) -> str:
    before = format_day(each.day, work.today)
    if each.to is None:
        return _("%(forum)s, %(day)s: aflyses", forum=each.forum, day=before)
    after = format_day(each.to, work.today)
    return _("%(forum)s: fra %(day)s til %(to)s", forum=each.forum, day=before, to=after)
