"""Import help: from a drawing of another tool to a copy that runs, or to all that stops it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from engine.domain.errors import InvalidDefinition
from engine.spiff.adapting.adapted import Adapted, refused
from engine.spiff.adapting.data import mend_data
from engine.spiff.adapting.drawing import Drawing, remove
from engine.spiff.adapting.events import mend_events, resolve_definitions
from engine.spiff.adapting.expressions import mend_expressions
from engine.spiff.adapting.flows import mend_ends, mend_flows
from engine.spiff.adapting.identity import mend_ids, mend_references
from engine.spiff.adapting.lanes import mend_performers, mend_roles
from engine.spiff.adapting.layout import mend_picture
from engine.spiff.adapting.namespaces import with_namespaces
from engine.spiff.adapting.obstacles import ASIDE, obstacles
from engine.spiff.adapting.picture import Picture
from engine.spiff.adapting.pools import chosen_of, processes_of, run_one, title_in
from engine.spiff.adapting.starts import mend_starts
from engine.spiff.adapting.tasks import mend_tasks
from engine.spiff.adapting.vendors import carry_over
from engine.spiff.checks.findings import Finding, Known, Severity
from engine.spiff.checks.package import file_of, line_of
from engine.spiff.checks.registry import check_package
from engine.spiff.settings import Element, bpmn, tag_of
from engine.xml import read_xml

# What the check may still find of the copy although no hand of ours could mend it: a refusal too.
_HOPELESS = frozenset(
    {
        *("unsupported_element", "unsupported_event", "several_meanings", "event_subprocess"),
        *("compensation", "too_many_nodes", "duplicate_id"),
    }
)


def adapt(
    data: bytes,
    process: str,
    files: Mapping[str, str],
    known: Known,
    roles: Mapping[str, str],
    wanted: str = "",
) -> Adapted:
    """Return a copy of the drawing `data` that can become the diagram of `process`, or why not.

    `files` lie beside it (forms, tables), `roles` are the names of the roles by id, and `wanted`
    is the id of the process in the file that shall run, if it has several. Never raises for what
    stands in `data`. The copy holds whatever could be adapted; its `findings` are what the deploy
    check says of it. When anything drawn cannot be adapted there is no copy, and `findings` are
    all that stands in the way. All lines are those of the file that was sent.
    """
    file = file_of(process)
    try:
        read = with_namespaces(read_xml(data))
    except InvalidDefinition as error:
        return refused(process, [_unreadable(file, str(error))])
    if read is None:
        return refused(process, [_not_bpmn(file)])
    root, mended = read
    prefixed = mend_references(root)
    resolve_definitions(root)
    found = processes_of(root)
    if not found:
        return refused(process, [_nothing_drawn(file)])
    chosen = chosen_of(found, wanted)
    others = {each.get("id", ""): title_in(root, each) for each in found if each is not chosen}
    if stopping := obstacles(chosen, file):
        return Adapted(process=process, findings=tuple(stopping), others=others)
    drawing = Drawing(
        root=root,
        process=chosen,
        picture=Picture(root),
        roles=roles,
        handlers=frozenset(known.handlers),
    )
    _say_names(drawing, mended, prefixed)
    for step in _STEPS:
        step(drawing, process)
    return _checked(drawing, process, files, known, others)


def _checked(
    drawing: Drawing,
    process: str,
    files: Mapping[str, str],
    known: Known,
    others: Mapping[str, str],
) -> Adapted:
    xml = etree.tostring(drawing.root, xml_declaration=True, encoding="UTF-8").decode()
    found = check_package(process, {**files, file_of(process): xml}, known)
    drawn = {each.get("id", ""): each for each in drawing.root.iter()}
    findings = [_as_sent(drawing, drawn.get(each.element), each) for each in found]
    hopeless = [each for each in findings if each.code in _HOPELESS]
    return Adapted(
        process=process,
        xml="" if hopeless else xml,
        changes=() if hopeless else tuple(drawing.changes),
        findings=tuple(hopeless or findings),
        others=others,
    )


def _as_sent(drawing: Drawing, element: Element | None, finding: Finding) -> Finding:
    """Return the finding with the line of the file that was sent, and a name for a flow."""
    if element is None or finding.file != file_of(drawing.process.get("id", "")):
        return finding
    return replace(finding, line=line_of(element), element_name=drawing.called(element))


def _say_names(drawing: Drawing, mended: bool, prefixed: int) -> None:
    if mended:
        drawing.say(
            drawing.root,
            "namespace",
            "Filen sagde ikke, at den er BPMN 2.0. Det gør den nu.",
            "The file did not say that it is BPMN 2.0. Now it does.",
        )
    if prefixed:
        drawing.say(
            drawing.root,
            "prefixes",
            f"{prefixed} henvisninger havde et forstavelsesord (præfiks). Det er fjernet.",
            f"{prefixed} references had a prefix. It is removed.",
        )


def _set_aside(drawing: Drawing, _: str) -> None:
    """Take out what is said of the process but is no part of its way."""
    for each in list(drawing.process.iter(*map(bpmn, sorted(ASIDE)))):
        holder = each.getparent()
        remove(each)
        drawing.say(
            drawing.process if holder is None else holder,
            "set_aside",
            f"»{tag_of(each)}« har ingen virkning her og er taget ud.",
            f"“{tag_of(each)}” has no effect here and is taken out.",
        )


_STEPS: tuple[Callable[[Drawing, str], None], ...] = (
    lambda drawing, _: mend_ids(drawing),
    run_one,
    lambda drawing, _: mend_performers(drawing),
    _set_aside,
    lambda drawing, _: carry_over(drawing),
    lambda drawing, _: mend_tasks(drawing),
    lambda drawing, _: mend_data(drawing),
    lambda drawing, _: mend_events(drawing),
    lambda drawing, _: mend_starts(drawing),
    lambda drawing, _: mend_expressions(drawing),
    lambda drawing, _: mend_flows(drawing),
    lambda drawing, _: mend_roles(drawing),
    lambda drawing, _: mend_picture(drawing),
    lambda drawing, _: mend_ends(drawing),
)


def _whole(file: str, code: str, danish: str, english: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        element="",
        element_name="",
        line=None,
        file=file,
        danish=danish,
        english=english,
    )


def _unreadable(file: str, sentence: str) -> Finding:
    plain = sentence.rstrip(".")
    return _whole(
        file,
        "unreadable_file",
        f"{plain}. Hent filen igen fra det program, den er tegnet i, og prøv på ny.",
        f"The file cannot be read. ({plain}.) Export it again from the program it was drawn in, "
        "and try anew.",
    )


def _not_bpmn(file: str) -> Finding:
    return _whole(
        file,
        "not_bpmn",
        "Filen er XML, men ikke et BPMN-diagram. Gem diagrammet som BPMN 2.0, og prøv igen.",
        "The file is XML but not a BPMN diagram. Save the diagram as BPMN 2.0, and try again.",
    )


def _nothing_drawn(file: str) -> Finding:
    return _whole(
        file,
        "nothing_drawn",
        "Filen er BPMN, men der er ikke tegnet et forløb i den: ingen proces har et trin. Tegn "
        "mindst én opgave, og prøv igen.",
        "The file is BPMN, but no way is drawn in it: no process has a step. Draw at least one "
        "task, and try again.",
    )
