"""The words of meetings for the codes of the database: states, reasons, who came."""

from datetime import date, datetime

from engine.storage.work import Work
from web.i18n import DANISH, N_, _, format_day, language

_STATES = {
    "planned": N_("Planlagt"),
    "agenda_closed": N_("Dagsordenen er lukket"),
    "held": N_("Mødet er åbnet"),
    "minutes_approved": N_("Referatet er godkendt"),
    "cancelled": N_("Aflyst"),
}
_STATE_CHIPS = {
    "planned": "soon",
    "agenda_closed": "waiting",
    "held": "here",
    "minutes_approved": "done",
    "cancelled": "off",
}
_ITEMS = {
    "waiting": N_("gives fri, når dagsordenen lukker"),
    "released": N_("klar til mødet"),
    "held_back": N_("ikke givet fri"),
    "with_leader": N_("hos lederen"),
    "withdrawn": N_("taget af dagsordenen"),
    "moved": N_("udsat til et senere møde"),
    "decided": N_("besluttet"),
}
_ITEM_CHIPS = {
    "waiting": "waiting",
    "released": "here",
    "held_back": "waiting",
    "with_leader": "waiting",
    "withdrawn": "off",
    "moved": "plain",
    "decided": "done",
}
_REASONS = {
    "referral": N_("Henvisning"),
    "special_relation": N_("Ønske om en bestemt tovholder"),
    "handover": N_("Overgang til 18 år"),
    "narrowed": N_("Et snævrere samtykke"),
}
_RESULTS = {
    "none": N_("Ingen indsats på tværs nu"),
    "single": N_("Én indsats i ét fagområde"),
    "multi": N_("En indsats på tværs af fagområder"),
    "more_information": N_("Vi ved ikke nok endnu"),
    "other_forum": N_("Et andet forum skal se på det"),
    "held": N_("Konferencen er holdt"),
    "dealt_with": N_("Lederne har taget sig af det"),
}
CAME = {
    "present": N_("Kom"),
    "substitute": N_("En anden kom i stedet"),
    "absent": N_("Kom ikke"),
}


def state_words(state: str) -> str:
    """Return where a meeting stands."""
    return _(_STATES[state])


def state_chip(state: str) -> str:
    """Return the shape for where a meeting stands."""
    return _STATE_CHIPS[state]


def item_words(status: str) -> str:
    """Return where an item stands."""
    return _(_ITEMS[status])


def item_chip(status: str) -> str:
    """Return the shape for where an item stands."""
    return _ITEM_CHIPS[status]


def reason_words(reason: str) -> str:
    """Return why a case is on an agenda."""
    if reason.startswith("overdue:"):
        return _("En frist er overskredet")
    return _(_REASONS.get(reason, reason.replace("_", " ").capitalize()))


def result_words(result: str | None) -> str:
    """Return what a meeting decided; nothing where it has not."""
    return _(_RESULTS.get(result, result.replace("_", " ").capitalize())) if result else ""


def came_words(status: str) -> str:
    """Return whether somebody came."""
    return _(CAME[status])


def hours(work: Work, starts_at: datetime, ends_at: datetime) -> str:
    """Return from when to when, in local time: "9.00–11.00"."""
    return f"{_clock(work, starts_at)}–{_clock(work, ends_at)}"


def day_words(work: Work, day: date) -> str:
    """Return the day as a heading says it."""
    return format_day(day, work.today)


def _clock(work: Work, moment: datetime) -> str:
    local = moment.astimezone(work.calendar.timezone)
    return f"{local.hour}.{local:%M}" if language() == DANISH else f"{local:%H:%M}"
