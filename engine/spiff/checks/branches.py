"""Rules about what happens at the same time."""

from collections.abc import Iterator

from engine.domain.form_fields import Form
from engine.spiff.checks.findings import Finding
from engine.spiff.checks.flow import next_of
from engine.spiff.checks.package import Package, Rule, setting
from engine.spiff.checks.texts import texts_of
from engine.spiff.settings import Element, settings_of, tag_of


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


def branches_meet(package: Package) -> Iterator[Finding]:
    """Branches that run at once wait for each other where they meet, or what follows is doubled."""
    for fork in package.of_type("parallelGateway", "inclusiveGateway"):
        flows = package.leaving.get(fork.get("id", ""), [])
        branches = [_until_join(package, flow.get("targetRef", "")) for flow in flows]
        seen: set[str] = set()
        met: set[str] = set()
        for branch in branches if len(branches) > 1 else ():
            met |= branch & seen
            seen |= branch
        if (place := _meeting(package, met)) is not None:
            yield package.error(
                place,
                "branches_meet",
                "Her mødes veje, der sker samtidig, uden at vente på hinanden, så alt herefter "
                "ville ske én gang for hver. Saml dem med en parallel eller inklusiv gateway.",
                "Flows that run at the same time meet here without waiting for each other, so all "
                "that follows would happen once for each. Join them with a parallel or inclusive "
                "gateway.",
            )


def _meeting(package: Package, met: set[str]) -> Element | None:
    """Return the first step where several ways come in, an end apart: there nothing follows."""
    for node in package.nodes:
        several = len(package.entering.get(node.get("id", ""), ())) > 1
        if several and node.get("id") in met and tag_of(node) != "endEvent":
            return node
    return None


def _until_join(package: Package, start: str) -> set[str]:
    """Return what is reached from `start` before any gateway that joins."""
    waiting, found = [start], set[str]()
    while waiting:
        name = waiting.pop()
        joins = len(package.entering.get(name, ())) > 1
        is_join = joins and tag_of(package.by_id[name]) in {"parallelGateway", "inclusiveGateway"}
        if name not in found and not is_join:
            found.add(name)
            waiting.extend(next_of(package, name))
    return found


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


RULES: tuple[Rule, ...] = (written_twice, branches_meet)
