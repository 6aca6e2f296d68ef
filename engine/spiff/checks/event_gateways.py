"""Rules about event gateways: what may stand behind one, and what tells the ways apart."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of
from engine.spiff.settings import Element, loop_of, message_name, tag_of


def not_a_wait(package: Package) -> Iterator[Finding]:
    """Behind an event gateway there are only plain waits."""
    for _, target in _behind(package):
        is_wait = tag_of(target) in {"intermediateCatchEvent", "receiveTask"}
        guarded = target.get("id", "") in package.boundaries
        if not is_wait or guarded or loop_of(target) is not None:
            yield package.error(
                target,
                "not_a_wait",
                "Lige efter en hændelsesgateway må der kun stå noget, der venter: en besked "
                "eller et ur, og uden noget på kanten. Flyt dette et skridt længere frem.",
                "Right behind an event gateway there may only be something that waits: a message "
                "or a timer, with nothing on its edge. Move this one step further on.",
            )


def wait_entered_twice(package: Package) -> Iterator[Finding]:
    """A wait behind an event gateway belongs to that gateway alone."""
    for _, target in _behind(package):
        if len(package.entering.get(target.get("id", ""), ())) > 1:
            yield package.error(
                target,
                "wait_entered_twice",
                "Der går flere veje ind i et trin, der venter for en hændelsesgateway, så ingen "
                "ved, hvem det venter for. Tegn et ventetrin mere til den anden vej.",
                "Several flows enter a step that waits for an event gateway, so nobody knows for "
                "whom it waits. Draw a further wait for the other flow.",
            )


def several_timers(package: Package) -> Iterator[Finding]:
    """Behind one event gateway there is one timer: of two, only the earlier can ever ring."""
    seen: set[str] = set()
    for gateway, target in _behind(package):
        if kind_of(target) != "timer":
            continue
        name = gateway.get("id", "")
        if name in seen:
            yield package.error(
                target,
                "several_timers",
                "Der er flere ure efter samme gateway, og kun det tidligste kan nå at ringe. "
                "Behold ét, og skriv »earlier(…, …)« i det, hvis datoerne skal sammenlignes.",
                "There are several timers behind one gateway, and only the earliest can ring. "
                "Keep one, and write “earlier(…, …)” into it if the dates are to be compared.",
            )
        seen.add(name)


def same_message_twice(package: Package) -> Iterator[Finding]:
    """Behind one event gateway a message tells which way to go, so no two are the same."""
    seen: set[tuple[str, str]] = set()
    for gateway, target in _behind(package):
        name = message_name(target) if kind_of(target) != "timer" else ""
        if name and (gateway.get("id", ""), name) in seen:
            yield package.error(
                target,
                "same_message_twice",
                f"To veje efter samme gateway venter på beskeden »{name}«, så ingen ved, "
                "hvilken der skal følges. Giv dem hver sin besked.",
                f"Two ways behind one gateway wait for the message “{name}”, so nobody knows "
                "which to take. Give each a message of its own.",
            )
        seen.add((gateway.get("id", ""), name))


def _behind(package: Package) -> Iterator[tuple[Element, Element]]:
    """Yield each event gateway with every step right behind it."""
    for gateway in package.of_type("eventBasedGateway"):
        for flow in package.leaving.get(gateway.get("id", ""), []):
            yield gateway, package.by_id[flow.get("targetRef", "")]


RULES: tuple[Rule, ...] = (not_a_wait, wait_entered_twice, several_timers, same_message_twice)
