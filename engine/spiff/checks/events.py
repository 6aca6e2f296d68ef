"""Rules about events: one meaning each, and one that the engine obeys at that place."""

from collections.abc import Iterator, Mapping

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of
from engine.spiff.refusals import EVENTS, GATEWAYS
from engine.spiff.settings import Element, bpmn, definitions_of, tag_of, text_of

_KINDS: Mapping[str, tuple[str, str]] = {
    "": ("uden indhold", "without a definition"),
    "link": ("link", "link"),
    "compensate": ("kompensation", "compensation"),
    "signal": ("signal", "signal"),
    "escalation": ("eskalering", "escalation"),
    "conditional": ("betingelse", "conditional"),
    "cancel": ("annullering", "cancel"),
    "timer": ("ur", "timer"),
    "message": ("besked", "message"),
    "error": ("fejl", "error"),
    "terminate": ("afbrydelse", "terminate"),
}


_INSTEAD: Mapping[str, tuple[str, str]] = {
    "link": (
        "Tegn vejen direkte mellem linkets to ender, og slet dem",
        "Draw the flow straight between the two ends of the link, and delete them",
    ),
}


def instead_of(kind: str) -> tuple[str, str]:
    """Return in both languages what to do about an event of a kind that cannot run."""
    otherwise = (
        "Brug en besked eller et ur, eller slet den",
        "Use a message or a timer, or delete it",
    )
    return _INSTEAD.get(kind, otherwise)


def several_meanings(package: Package) -> Iterator[Finding]:
    """An event has one meaning."""
    for event in package.of_type(*EVENTS):
        if len(definitions_of(event)) > 1:
            yield package.error(
                event,
                "several_meanings",
                "Hændelsen har flere betydninger på én gang. Lad den have én, og tegn en "
                "hændelse mere til den anden.",
                "The event has several meanings at once. Keep one, and draw a further event for "
                "the other.",
            )


def unsupported_event(package: Package) -> Iterator[Finding]:
    """An event means something that the engine obeys at that place."""
    for event in package.of_type(*EVENTS):
        kind = kind_of(event)
        if len(definitions_of(event)) < 2 and kind not in EVENTS[tag_of(event)]:
            danish, english = _KINDS.get(kind, (kind, kind))
            mend, mend_english = instead_of(kind)
            yield package.error(
                event,
                "unsupported_event",
                f"En hændelse af typen »{danish}« virker ikke på dette sted; sagen ville gå i stå "
                f"eller gå forbi uden varsel. {mend}.",
                f"An event of type “{english}” does not work at this place; the case would stop "
                f"or pass by without a word. {mend_english}.",
            )


def timer_cycle(package: Package) -> Iterator[Finding]:
    """A timer rings once; a cycle would fire again and again after an outage."""
    for event, timer in _timers(package):
        if text_of(timer, "timeCycle") is not None:
            yield package.error(
                event,
                "timer_cycle",
                "Et ur, der gentager sig, kan ikke bruges: efter et nedbrud ville det ringe "
                "mange gange på én gang. Lad uret ringe én gang, og start en ny opfølgning.",
                "A timer that repeats cannot be used: after an outage it would ring many "
                "times at once. Let it ring once, and start a new follow-up.",
            )


def timer_without_date(package: Package) -> Iterator[Finding]:
    """A timer says a date or a duration."""
    for event, timer in _timers(package):
        texts = (text_of(timer, tag) for tag in ("timeDate", "timeDuration"))
        if not any(texts) and text_of(timer, "timeCycle") is None:
            yield package.error(
                event,
                "timer_without_date",
                "Uret mangler en dato eller en varighed, så det ringer aldrig, og den unge "
                "venter forgæves. Skriv, hvornår det skal ringe.",
                "The timer has no date or duration, so it never rings and the young person "
                "waits in vain. Write when it shall ring.",
            )


def event_subprocess(package: Package) -> Iterator[Finding]:
    """A subprocess that an event starts does not interrupt, or keeps the case open for ever."""
    for scope in package.diagram.iter(bpmn("subProcess")):
        if scope.get("triggeredByEvent") == "true":
            yield package.error(
                scope,
                "event_subprocess",
                "En delproces, der startes af en hændelse, kan ikke bruges. Sæt hændelsen på "
                "kanten af den opgave, den skal afbryde.",
                "A subprocess that an event starts cannot be used. Put the event on the edge of "
                "the activity it shall interrupt.",
            )


def attached_nowhere(package: Package) -> Iterator[Finding]:
    """A boundary event sits on an activity of the same scope."""
    for event in package.of_type("boundaryEvent"):
        host = package.by_id.get(event.get("attachedToRef", ""))
        is_activity = host is not None and not (
            tag_of(host) in GATEWAYS or tag_of(host).endswith("Event")
        )
        if host is None or not is_activity or host.getparent() is not event.getparent():
            yield package.error(
                event,
                "attached_nowhere",
                "Hændelsen sidder ikke på kanten af en opgave og kan derfor aldrig ske. "
                "Træk den hen på opgaven.",
                "The event does not sit on the edge of an activity and can never happen. "
                "Drag it onto the activity.",
            )


def error_goes_on(package: Package) -> Iterator[Finding]:
    """An error stops what it happens in; the activity cannot go on beside it."""
    for event in package.of_type("boundaryEvent"):
        if kind_of(event) == "error" and event.get("cancelActivity") == "false":
            yield package.error(
                event,
                "error_goes_on",
                "En fejl afbryder altid det, den sker i; det kan ikke fortsætte ved siden af, som "
                "tegningen siger. Gør hændelsen afbrydende.",
                "An error always stops what it happens in; it cannot go on beside it as drawn. "
                "Make the event interrupting.",
            )


def starts_by_itself(package: Package) -> Iterator[Finding]:
    """Only a start event starts a process; a receive task or a gateway that says so would not."""
    for node in package.of_type("receiveTask", "eventBasedGateway"):
        if node.get("instantiate") == "true":
            yield package.error(
                node,
                "starts_by_itself",
                "Trinnet er sat til selv at starte processen, og det kan det ikke her. Fjern "
                "mærket, og tegn en start med beskeden.",
                "This step is marked to start the process by itself, which it cannot do here. "
                "Remove the mark, and draw a start event with the message.",
            )


def _timers(package: Package) -> Iterator[tuple[Element, Element]]:
    """Yield each event that is a timer and nothing else, with its definition."""
    for event in package.of_type(*EVENTS):
        found = definitions_of(event)
        allowed = "timer" in EVENTS[tag_of(event)]
        if len(found) == 1 and found[0].tag == bpmn("timerEventDefinition") and allowed:
            yield event, found[0]


RULES: tuple[Rule, ...] = (
    several_meanings,
    unsupported_event,
    timer_cycle,
    timer_without_date,
    event_subprocess,
    attached_nowhere,
    error_goes_on,
    starts_by_itself,
)
