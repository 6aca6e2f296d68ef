"""Rules about what happens at the same time."""

from collections.abc import Iterator

from engine.domain.form_fields import Form
from engine.spiff.checks.expressions import texts_of
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.flow import next_of
from engine.spiff.checks.package import Package, Rule, setting
from engine.spiff.settings import Element, settings_of


def written_twice(package: Package) -> Iterator[Finding]:
    """Two branches that run at once do not give the same name a value that somebody reads."""
    read = {name for text in texts_of(package) if (found := text.read()) for name in found.reads}
    for fork in package.of_type("parallelGateway"):
        flows = package.leaving.get(fork.get("id", ""), [])
        branches = [_reached(package, flow.get("targetRef", "")) for flow in flows]
        seen: dict[str, str] = {}
        for number, branch in enumerate(branches):
            others = set().union(*branches[:number], *branches[number + 1 :])
            for name in sorted(branch - others):
                node = package.by_id[name]
                for key in sorted(_gives(package, node) & read):
                    first = seen.setdefault(key, f"{number}:{name}")
                    if not first.startswith(f"{number}:"):
                        yield _found(package, node, key, first.partition(":")[2])


def _found(package: Package, node: Element, key: str, other: str) -> Finding:
    name = " ".join((package.by_id[other].get("name") or other).split())
    return package.error(
        node,
        "written_twice",
        f"Både her og i »{name}«, som sker samtidig, får »{key}« en værdi, så det er tilfældigt, "
        "hvilken der gælder. Giv den ene et andet navn.",
        f"Both here and in “{name}”, which happens at the same time, “{key}” gets a value, so "
        "chance decides which holds. Give one of them another name.",
    )


def _reached(package: Package, start: str) -> set[str]:
    waiting, found = [start], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found and name in package.by_id:
            found.add(name)
            waiting.extend(next_of(package, name))
    return found


def _gives(package: Package, node: Element) -> set[str]:
    """Return the names that get a value at `node`."""
    form = package.forms.get(setting(node, "formKey"))
    answers = {field.key for field in form.questions()} if isinstance(form, Form) else set()
    return answers | {key[4:] for key in settings_of(node) if key.startswith("out.")}


RULES: tuple[Rule, ...] = (written_twice,)
