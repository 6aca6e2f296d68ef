"""What the check passes runs as drawn: random processes beside a token game of BPMN."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st

from engine.ports import Decided
from engine.spiff.checks.registry import has_errors
from engine.spiff.facade import SpiffEngine
from tests.spiff.checks.checking import KNOWN, check
from tests.spiff.conftest import WORLD, Play
from tests.spiff.drawing import from_xml
from tests.spiff.random_drawings import Names, Sketch, hours, package
from tests.spiff.reference import Game

MOST_ACTS = 120
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
HOUSE = replace(KNOWN, parameters=KNOWN.parameters | {f"p{number}" for number in range(200)})
HERE = replace(
    WORLD,
    functions={"param": lambda key: timedelta(hours=hours(int(key[1:])))},
    decide=lambda name, inputs: Decided(outputs={"team": "decided"}, rows=(1,)),
)
ANSWERS = ("0", "1", "2", "01", "12", "012", "again", "")


@settings(
    max_examples=5_000 if LONG else 100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
@given(st.data())
def test_what_the_check_passes_ends_as_the_token_game_says(data: st.DataObject) -> None:
    def choose(found: Sequence[Any]) -> Any:
        return found[data.draw(st.integers(0, len(found) - 1))]

    sketch = Sketch(choose, Names())
    begins = sketch.whole(2, choose(["end", "end", "terminate", "error"]))
    files = package(sketch)
    note("\n".join(sketch.lines))
    findings = check(files, HOUSE)
    if not sketch.names.sound:
        event("refused" if has_errors(findings) else "passed with a join of another kind")
        if has_errors(findings):
            return
    assert findings == []

    engine = SpiffEngine()
    play = Play(from_xml(files["P.bpmn"].encode()), world=HERE, make=lambda: engine)
    play.start(age_now=17)
    game = Game(sketch.drawn(begins))
    for _ in range(MOST_ACTS):
        assert play.snap.incident is None
        assert pending(play) == game.pending()
        if game.finished:
            break
        act(play, game, choose)
    assert play.snap.finished == game.finished
    if game.finished:
        assert play.snap.error == game.error
        assert known(play) == game.result


def pending(play: Play) -> list[tuple[str, str]]:
    """Return what the engine waits for, as the token game says it."""
    snap = play.snap
    return sorted(
        [
            *(("user", each.element) for each in snap.tasks),
            *(
                ("service" if each.kind == "handler" else "call", each.element)
                for each in snap.calls
            ),
            *(("message", each.element) for each in snap.waits),
            *(("timer", each.element) for each in snap.timers),
        ]
    )


def act(play: Play, game: Game, choose) -> None:
    """Let one thing happen in both."""
    kind, name = choose(game.pending())
    note(f"then {kind} {name}")
    if kind == "timer":
        ring(play, game)
    elif kind == "user":
        answer = choose(ANSWERS)
        key = min(each.key for each in play.snap.tasks if each.element == name)
        play.complete_key(key, **{name: answer})
        game.do(kind, name, answer)
    elif kind == "message":
        play.deliver(name, "answered", reply="said")
        game.do(kind, name, "said")
    elif kind == "service" and choose([False, False, True]):
        play.fail(name, "refused")
        game.do(kind, name, code="refused")
    else:
        play.resume(name, sent_on="done", status="done")
        game.do(kind, name, "done")


def ring(play: Play, game: Game) -> None:
    """Go on to the moment of the earliest timer; of two at one moment both ring."""
    moment = game.due()[0][0]
    play.wake(hours=moment - game.now)
    game.now = moment
    while game.due() and game.due()[0][0] <= moment:
        game.do("timer", game.due()[0][1])


def known(play: Play) -> dict[str, object]:
    """Return the data at the end without what was told at the start."""
    return {
        name.removeprefix("all"): value
        for name, value in play.snap.result.items()
        if name != "age_now"
    }
