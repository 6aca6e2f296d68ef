"""States that this and every earlier release wrote, loaded from files: each goes on as it should.

`python -m tests.spiff.storing` keeps those of a new release; see tests/README.md.
"""

import hashlib
import subprocess as processes
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from lxml import etree

from engine.ports import Snapshot
from engine.spiff.parsing import Parser
from engine.spiff.refusals import ACTIVITIES, EVENTS, GATEWAYS, nodes_of
from engine.spiff.settings import Element, bpmn, definitions_of, loop_of, tag_of
from engine.spiff.state import read
from tests.spiff.drawing import from_xml
from tests.spiff.scenes.telling import Command, perform, stage
from tests.spiff.scenes.whole import scenes
from tests.spiff.storing import Stored, keep, outcome, release, stored

STORED = list(stored())
NOW = list(stored(release()))


def named(each: Stored) -> str:
    return f"{each.release}/{each.name}"


def after_each(each: Stored, commands: Sequence[Command]) -> list[Snapshot]:
    """Return the snapshot after each of the commands, the state read anew for every one."""
    game = each.play()
    return [perform(game, [command]).snap for command in commands]


def replayed(each: Stored) -> list[Snapshot]:
    return [snap for ending in each.endings for snap in after_each(each, ending["commands"])]


@pytest.mark.parametrize("each", STORED, ids=named)
def test_a_stored_state_goes_on_every_way_to_where_it_should_end(each):
    ends = [outcome(after_each(each, ending["commands"])[-1]) for ending in each.endings]

    assert ends == [ending["outcome"] for ending in each.endings]


@pytest.mark.parametrize("each", [e for e in STORED if e.name != "finished"], ids=named)
def test_a_stored_state_can_be_moved_to_a_version_with_other_words_and_ends_alike(each):
    to = from_xml(each.drawing.xml.replace("Prøve".encode(), b"Nyt navn"))
    stands = each.play()
    moved = stands.make().transfer(each.drawing, each.state, to, stands.world)

    assert moved.reasons == ()
    for ending in each.endings:
        game = replace(stands, definition=to)
        game.snap = game.make().look(to, moved.state, game.world)
        assert outcome(perform(game, ending["commands"]).snap) == ending["outcome"]


@pytest.mark.parametrize("each", STORED, ids=named)
def test_the_same_state_command_and_instant_give_the_same_bytes(each):
    assert replayed(each) == replayed(each)


@pytest.mark.parametrize("each", STORED, ids=named)
def test_looking_at_a_state_leaves_it_alone(each):
    game = each.play()

    assert game.snap.state == game.make().look(each.drawing, game.snap.state, game.world).state


def test_two_pythons_with_other_hashes_give_the_same_bytes():
    digests = {_in_another_python(seed) for seed in ("1", "2")}

    assert digests == {digest_of_all()}


def digest_of_all() -> str:
    """Return one digest over every state that follows from the stored ones."""
    states = (snap.state for each in STORED for snap in replayed(each))
    return hashlib.sha256(b"".join(states)).hexdigest()


def _in_another_python(seed: str) -> str:
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from tests.spiff.test_stored_states import digest_of_all; print(digest_of_all())"
    )
    command = [sys.executable, "-c", code, *sys.path]
    run = processes.run(  # noqa: S603 - our own Python
        command, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
    )
    return run.stdout.strip()


def test_this_release_has_kept_a_state_of_every_scene():
    # Otherwise: .venv/bin/python -m tests.spiff.storing
    assert {each.name for each in NOW} == scenes().keys()


@pytest.mark.parametrize("each", NOW, ids=named)
def test_this_release_still_writes_the_state_that_it_kept(each):
    game = perform(stage(each.drawing), each.before)

    # What differs here needs a new form number, and a way to read the old one.
    assert read(game.snap.state) == read(each.state)


def test_a_kept_state_is_never_written_over(tmp_path):
    (tmp_path / "user_task.json").write_text("kept by an earlier day", encoding="utf-8")

    assert "user_task" not in keep(tmp_path)
    assert keep(tmp_path) == []
    assert (tmp_path / "user_task.json").read_text("utf-8") == "kept by an earlier day"


def kinds_allowed() -> set[str]:
    """Return every kind of node that the engine runs, told as `kind_of` tells it."""
    many = {f"{tag} {way}" for tag in ACTIVITIES for way in ("once", "at once", "one by one")}
    events = {f"{tag} {kind}".strip() for tag, kinds in EVENTS.items() for kind in kinds}
    beside = {f"boundaryEvent {kind}, goes on" for kind in ("message", "timer")}
    return many | GATEWAYS | events | beside


def kind_of(node: Element) -> str:
    """Return the kind of a drawn node: its tag, how often it is done, what it waits for."""
    tag, loop = tag_of(node), loop_of(node)
    if tag in ACTIVITIES:
        once = "once" if loop is None else "at once"
        is_row = loop is not None and loop.get("isSequential") == "true"
        return f"{tag} {'one by one' if is_row else once}"
    found = [tag_of(each).removesuffix("EventDefinition") for each in definitions_of(node)]
    goes_on = ", goes on" if node.get("cancelActivity") == "false" else ""
    return " ".join([tag, *found]) + goes_on


def kinds_kept(each: Stored) -> Iterator[str]:
    """Yield the kinds that the stored state has still ahead of it, or has begun with."""
    nodes = {node.get("id"): node for node in nodes_of(etree.fromstring(each.drawing.xml))}
    behind = set(each.play().snap.reached)
    begun = {name for name in behind if tag_of(nodes[name]) == "startEvent"}
    for snap in replayed(each):
        yield from (kind_of(nodes[name]) for name in {*snap.reached} - (behind - begun))


def test_the_kinds_are_those_that_the_parser_knows():
    tags = {kind.split(",")[0].split()[0] for kind in kinds_allowed()}

    assert {bpmn(tag) for tag in tags} == set(Parser.PARSER_CLASSES)


def test_every_kind_of_element_is_ahead_of_a_stored_state_and_is_reached_from_it():
    kept = {kind for each in NOW for kind in kinds_kept(each)}

    assert kinds_allowed() - kept == set()
