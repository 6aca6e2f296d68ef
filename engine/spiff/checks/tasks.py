"""Rules about what people meet: who has a task, with which form, by when, and who owns a wait."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, kind_of, setting
from engine.spiff.settings import Element, tag_of


def task_without_name(package: Package) -> Iterator[Finding]:
    """A task has the words that stand in the inbox."""
    for task in package.of_type("userTask"):
        if not task.get("name", "").strip():
            yield package.error(
                task,
                "task_without_name",
                "Opgaven har ingen tekst, så der ville stå en tom linje i indbakken. "
                "Skriv, hvad man skal gøre, med udsagnsordet først.",
                "The task has no text, so the inbox would show an empty line. "
                "Write what to do, verb first.",
            )


def task_without_role(package: Package) -> Iterator[Finding]:
    """A task belongs to a role, or nobody sees it."""
    for task in package.of_type("userTask"):
        if not setting(task, "candidateGroups"):
            yield package.error(
                task,
                "task_without_role",
                "Opgaven har ingen rolle, så ingen får den i sin indbakke, og den unge venter. "
                "Vælg en rolle.",
                "The task has no role, so nobody gets it in the inbox and the young person "
                "waits. Choose a role.",
            )


def unknown_role(package: Package) -> Iterator[Finding]:
    """A role that is named exists in the municipality."""
    for node in package.nodes:
        role = setting(node, "candidateGroups")
        if role and not role.startswith("=") and role not in package.known.roles:
            yield package.error(
                node,
                "unknown_role",
                f"Rollen »{role}« findes ikke, så ingen ville få dette. "
                f"Vælg en af kommunens roller.{_several(role)}",
                f"There is no role “{role}”, so nobody would get this. "
                f"Choose one of the municipality's roles.",
            )


def _several(role: str) -> str:
    return " Der kan kun stå én rolle." if "," in role else ""


def task_without_form(package: Package) -> Iterator[Finding]:
    """A task has a form that lies beside the diagram."""
    for task in package.of_type("userTask"):
        form = setting(task, "formKey")
        if not form:
            yield package.error(
                task,
                "task_without_form",
                "Opgaven har ingen formular, så der er intet at svare på. Vælg en formular.",
                "The task has no form, so there is nothing to answer. Choose a form.",
            )
        elif form not in package.forms:
            yield package.error(
                task,
                "unknown_form",
                f"Formularen »{form}« findes ikke, så opgaven ikke kan åbnes. Vælg en anden, "
                f"eller læg den i »forms/{form}.json«.",
                f"There is no form “{form}”, so the task cannot be opened. Choose another, or put "
                f"it into “forms/{form}.json”.",
            )
        elif isinstance(sentence := package.forms[form], str):
            yield package.error(
                task,
                "broken_form",
                f"Formularen »{form}« kan ikke læses: {sentence.rstrip('.')}. Ret formularen.",
                f"The form “{form}” cannot be read ({sentence.rstrip('.')}). Mend the form.",
            )


def task_without_deadline(package: Package) -> Iterator[Finding]:
    """A task has a deadline, or the named reason why it has none."""
    for task in package.of_type("userTask"):
        if not setting(task, "deadline") and not setting(task, "no_deadline_because"):
            yield package.error(
                task,
                "task_without_deadline",
                "Opgaven har ingen frist, så ingen bliver rykket, hvis den bliver glemt. Sæt en "
                "frist, eller skriv, hvorfor den ingen har.",
                "The task has no deadline, so nobody is reminded if it is forgotten. Set a "
                "deadline, or write why there is none.",
            )


def unknown_ladder(package: Package) -> Iterator[Finding]:
    """A ladder that is named has rungs."""
    for task in package.of_type("userTask"):
        ladder = setting(task, "ladder")
        if ladder and ladder not in package.ladders:
            yield package.error(
                task,
                "unknown_ladder",
                f"Stigen »{ladder}« har ingen trin, så ingen ville blive rykket. Vælg A "
                "(ordinær) eller B (lovbestemt).",
                f"The ladder “{ladder}” has no rungs, so nobody would be reminded. Choose A "
                "(ordinary) or B (statutory).",
            )


def limit_without_ladder(package: Package) -> Iterator[Finding]:
    """What the law names a date for is chased by the statutory ladder."""
    for task in package.of_type("userTask"):
        if setting(task, "legal_limit") and setting(task, "ladder") != "B":
            yield package.warning(
                task,
                "limit_without_ladder",
                "Opgaven har en lovbestemt grænse, men rykkes som en ordinær opgave. Vælg stige B, "
                "medmindre det er med vilje.",
                "The task has a date that the law names but is chased like an ordinary one. "
                "Choose ladder B unless this is on purpose.",
            )


def wait_without_owner(package: Package) -> Iterator[Finding]:
    """Somebody owns every wait: without a name on it, nobody notices that nothing comes."""
    for wait in _waits(package):
        if not setting(wait, "candidateGroups"):
            yield package.error(
                wait,
                "wait_without_owner",
                "Ingen ejer ventetiden, så ingen opdager, hvis det, der ventes på, udebliver. "
                "Vælg den rolle, der holder øje.",
                "Nobody owns this wait, so nobody notices when nothing comes. Choose the role "
                "that keeps an eye on it.",
            )


def wait_without_end(package: Package) -> Iterator[Finding]:
    """A wait ends by a timer, or it says why it needs none."""
    for wait in _waits(package):
        if not setting(wait, "no_deadline_because") and not _has_timer(package, wait):
            yield package.error(
                wait,
                "wait_without_end",
                "Her kan ventes for evigt. Sæt et ur på kanten eller ved siden af, eller skriv, "
                "hvorfor der ikke er brug for en frist.",
                "This may wait for ever. Put a timer on its edge or beside it, or write why no "
                "deadline is needed.",
            )


def _waits(package: Package) -> Iterator[Element]:
    for node in package.of_type("receiveTask", "callActivity", "intermediateCatchEvent"):
        if kind_of(node) != "timer":
            yield node


def _has_timer(package: Package, wait: Element) -> bool:
    name = wait.get("id", "")
    if any(kind_of(event) == "timer" for event in package.boundaries.get(name, ())):
        return True
    before = [package.by_id[flow.get("sourceRef", "")] for flow in package.entering.get(name, ())]
    return any(
        kind_of(package.by_id[flow.get("targetRef", "")]) == "timer"
        for gateway in before
        if tag_of(gateway) == "eventBasedGateway"
        for flow in package.leaving.get(gateway.get("id", ""), ())
    )


RULES: tuple[Rule, ...] = (
    task_without_name,
    task_without_role,
    unknown_role,
    task_without_form,
    task_without_deadline,
    unknown_ladder,
    limit_without_ladder,
    wait_without_owner,
    wait_without_end,
)
