"""Rules about what people meet: who has a task, with which form, and by when."""

from collections.abc import Iterator

from engine.spiff.checks.findings import Finding
from engine.spiff.checks.package import Package, Rule, setting


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


def lane_differs_from_role(package: Package) -> Iterator[Finding]:
    """A task stands in the lane of the role that has it."""
    roles = {title.casefold(): role for role, title in package.known.titles.items()}
    roles |= {role.casefold(): role for role in package.known.roles}
    for task in package.of_type("userTask"):
        lane = package.lane_of(task)
        drawn, role = roles.get(lane.casefold()), setting(task, "candidateGroups")
        if drawn is not None and role and not role.startswith("=") and role != drawn:
            title = package.known.titles.get(role, role)
            yield package.warning(
                task,
                "lane_differs_from_role",
                f"Opgaven står i banen »{lane}«, men »{title}« får den. Flyt opgaven, eller vælg "
                "en anden rolle.",
                f"The task stands in the lane “{lane}” but “{title}” gets it. Move the task, or "
                "choose another role.",
            )


def task_without_form(package: Package) -> Iterator[Finding]:
    """A task has a form."""
    for task in package.of_type("userTask"):
        if not setting(task, "formKey"):
            yield package.error(
                task,
                "task_without_form",
                "Opgaven har ingen formular, så der er intet at svare på. Vælg en formular.",
                "The task has no form, so there is nothing to answer. Choose a form.",
            )


def unknown_form(package: Package) -> Iterator[Finding]:
    """The form of a task lies beside the diagram."""
    for task in package.of_type("userTask"):
        form = setting(task, "formKey")
        if form and form not in package.forms:
            yield package.error(
                task,
                "unknown_form",
                f"Formularen »{form}« findes ikke, så opgaven ikke kan åbnes. Vælg en anden, "
                f"eller læg den i »forms/{form}.json«.",
                f"There is no form “{form}”, so the task cannot be opened. Choose another, or put "
                f"it into “forms/{form}.json”.",
            )


def broken_form(package: Package) -> Iterator[Finding]:
    """The form of a task can be read."""
    for task in package.of_type("userTask"):
        form = setting(task, "formKey")
        if isinstance(sentence := package.forms.get(form), str):
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
        if setting(task, "legal_limit") and setting(task, "ladder") not in ("B", "H"):
            yield package.warning(
                task,
                "limit_without_ladder",
                "Opgaven har en lovbestemt grænse, men rykkes som en ordinær opgave. Vælg stige B, "
                "medmindre det er med vilje.",
                "The task has a date that the law names but is chased like an ordinary one. "
                "Choose ladder B unless this is on purpose.",
            )


RULES: tuple[Rule, ...] = (
    task_without_name,
    task_without_role,
    unknown_role,
    lane_differs_from_role,
    task_without_form,
    unknown_form,
    broken_form,
    task_without_deadline,
    unknown_ladder,
    limit_without_ladder,
)
