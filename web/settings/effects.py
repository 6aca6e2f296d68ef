"""What a change of settings does to what is open: how many, never whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.services.recounts import tasks_concerned
from engine.storage.work import Work
from web.i18n import _, ngettext
from workflows.municipalities.configuration import read_configuration
from workflows.municipalities.layers import Change
from workflows.municipalities.settings import proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """A change in sentences, each about how many of something it moves."""

    sentences: Sequence[str]


def effects_of(work: Work, change: Change) -> Effects:
    """Return what the change would do. Raises as `proposed`."""
    settings = read_configuration(proposed(work, change), work.configuration.number)
    number = tasks_concerned(work, settings)
    if not number:
        return Effects(sentences=[_("Ingen åbne opgaver har en frist, der er regnet med det.")])
    told = ngettext(
        "Det rører ved fristen i %(num)d åben opgave.",
        "Det rører ved fristen i %(num)d åbne opgaver.",
        number,
    )
    after = _("De bliver regnet om, når det er gemt, og de, det angår, får besked.")
    return Effects(sentences=[f"{told} {after}"])
