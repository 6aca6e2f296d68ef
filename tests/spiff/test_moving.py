"""A running instance in another version of its diagram: moved where that is safe, else refused."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.spiff.facade import SpiffEngine
from engine.spiff.state import read
from tests.spiff.conftest import MONDAY, Play
from tests.spiff.drawing import (
    MESSAGE,
    after,
    boundary,
    call,
    catch,
    definition,
    end,
    from_xml,
    gateway,
    many,
    service,
    start,
    subprocess,
    user,
)
from tests.spiff.test_random_processes import Sketch, play_on


def line(*names, inside="", **nodes):
    """A process of steps in a row; `nodes` draws those that are no plain user tasks."""
    drawn = [nodes.get(name) or user(name) for name in names]
    return definition(
        start(), *drawn, end(), flows=f"start > {' > '.join(names)} > end", inside=inside
    )


def other(was, *changes):
    """The same file with some texts changed, as another version."""
    xml = was.xml.decode()
    for before, now in changes:
        assert before in xml
        xml = xml.replace(before, now)
    return from_xml(xml.encode())


def transfer(game, to):
    return SpiffEngine().transfer(game.definition, game.snap.state, to, game.world)


def moved(game, to):
    """The game in the other version; what waits is as before."""
    given = transfer(game, to)
    assert given.reasons == ()
    snap = SpiffEngine().look(to, given.state, game.world)
    was = game.snap
    assert [(t.key, t.element) for t in snap.tasks] == [(t.key, t.element) for t in was.tasks]
    assert (snap.timers, snap.reached) == (was.timers, was.reached)
    assert [(w.key, w.name, w.correlation) for w in snap.waits] == [
        (w.key, w.name, w.correlation) for w in was.waits
    ]
    assert [(c.key, c.element, c.inputs) for c in snap.calls] == [
        (c.key, c.element, c.inputs) for c in was.calls
    ]
    return Play(to, game.world, game.make, snap)


def refused(game, to):
    given = transfer(game, to)
    assert given.state is None
    return " ".join(given.reasons)


def test_looking_shows_what_waits_and_moves_nothing():
    game = Play(line("a", "b")).start()
    late = replace(game.world, now=MONDAY + timedelta(days=900))

    assert SpiffEngine().look(game.definition, game.snap.state, late) == game.snap


def test_looking_fires_no_timer_that_is_due():
    game = Play(line("w", w=catch("w", after("P1D")))).start()
    late = replace(game.world, now=MONDAY + timedelta(days=2))
    seen = SpiffEngine().look(game.definition, game.snap.state, late)

    assert (seen.timers, seen.fired) == (game.snap.timers, ())


def test_a_step_that_is_put_in_ahead_is_done():
    game = moved(Play(line("a", "b")).start(), line("a", "new", "b")).complete("a")
    assert game.tasks == ["new"]

    game.complete("new").complete("b")
    assert game.snap.finished


def test_a_step_ahead_that_is_taken_out_is_not_done():
    game = moved(Play(line("a", "b", "c")).start(), line("a", "c")).complete("a")

    assert game.tasks == ["c"]


def test_answers_given_before_are_kept():
    game = Play(line("a", "b")).start().complete("a", said="hej")
    game = moved(game, line("a", "b", "c")).complete("b")

    assert game.data["said"] == "hej"


def test_other_labels_and_settings_of_what_is_done_change_nothing():
    was = definition(start(), user("a", role="x"), user("b"), end(), flows="start > a > b > end")
    now = definition(start(), user("a", role="y"), user("b"), end(), flows="start > a > b > end")
    game = moved(Play(was).start().complete("a"), now).complete("b")

    assert game.snap.finished


def test_a_clock_that_runs_keeps_its_moment_to_the_second_also_when_the_timer_is_changed():
    was = line("w", "b", w=catch("w", after("P14D")))
    game = Play(was).start().wake(days=10)
    now = line("w", "new", "b", w=catch("w", after("P30D")))
    game = moved(game, now)
    (timer,) = game.snap.timers
    assert timer.due_at == MONDAY + timedelta(days=14)

    assert game.wake(days=3, hours=23).tasks == []
    assert game.wake(hours=1).tasks == ["new"]


def test_a_boundary_clock_that_runs_still_takes_its_way():
    def drawn(*more, flows):
        late = boundary("late", "a", after("P7D"))
        return definition(start(), user("a"), late, *more, end(), end("gone"), flows=flows)

    was = drawn(flows="start > a > end\nlate > gone")
    now = drawn(user("call"), flows="start > a > end\nlate > call > gone")
    game = moved(Play(was).start().wake(days=3), now).wake(days=4)

    assert game.tasks == ["call"]
    assert game.complete("call").snap.ended_at == ("gone",)


def test_a_reminder_beside_the_task_is_taken_down_with_it_after_the_move():
    def drawn(*ahead):
        beside = boundary("late", "a", after("P7D"), interrupts=False)
        way = " > ".join(["start", "a", *ahead, "end"])
        nodes = (start(), user("a"), beside, *map(user, ahead), end(), end("told"))
        return definition(*nodes, flows=f"{way}\nlate > told")

    game = moved(Play(drawn()).start(), drawn("b")).complete("a")

    assert (game.tasks, game.snap.timers) == (["b"], ())


def test_a_call_that_runs_hands_back_after_the_move():
    was = line("c", "b", c=call("c", "inner", out_heard="said"))
    now = line("c", "new", "b", c=call("c", "inner", out_heard="said"))
    game = moved(Play(was).start(), now).resume("c", said="hej")

    assert (game.tasks, game.data["heard"]) == (["new"], "hej")


def test_a_message_that_is_awaited_arrives_after_the_move():
    was = line("m", "b", m=catch("m", MESSAGE, message="news", message_key='"k"'))
    now = line("m", "new", m=catch("m", MESSAGE, message="news", message_key='"k"'))
    game = moved(Play(was).start(), now).deliver("m", "news")

    assert game.tasks == ["new"]


def forked(a="a", b="b", then="c", kind="parallel", condition=""):
    names = [name for way in (a, b, then) for name in way.split(" > ")]
    flows = f"start > fork\nfork > {a}{condition}\n{a} > join\nfork > {b}{condition}\n"
    flows = flows.replace(f"fork > {a}{condition}", f"fork > {names[0]}{condition}\n{a}")
    first_b = b.split(" > ")[0]
    flows = flows.replace(f"fork > {b}{condition}", f"fork > {first_b}{condition}\n{b} > join")
    flows += f"join > {then} > end"
    return definition(
        start(),
        gateway(kind, "fork"),
        gateway(kind, "join"),
        *map(user, names),
        end(),
        flows=flows,
    )


def test_branches_under_way_meet_after_the_move():
    game = Play(forked()).start().complete("a", x=1)
    game = moved(game, forked(then="new > c")).complete("b", y=2)

    assert game.tasks == ["new"]
    assert (game.data["x"], game.data["y"]) == (1, 2)


def test_a_step_ahead_in_a_branch_under_way_is_done():
    game = Play(forked(b="b > d")).start().complete("a")
    game = moved(game, forked(b="b > new > d")).complete("b").complete("new").complete("d")

    assert game.tasks == ["c"]


def test_an_inclusive_choice_under_way_meets_after_the_move():
    game = Play(forked(kind="inclusive", condition=" : true")).start().complete("a")
    game = moved(game, forked(kind="inclusive", condition=" : true", then="new > c"))

    assert game.complete("b").tasks == ["new"]


def test_the_items_of_a_list_under_way_are_finished_after_the_move():
    each = user("a", many("[1, 2]", "i"), collect_all="i")
    game = Play(line("a", "b", a=each)).start()
    game.complete_key(game.snap.tasks[0].key)
    game = moved(game, line("a", "new", "b", a=each)).complete("a")

    assert (game.tasks, game.data["all"]) == (["new"], [1, 2])


def nested(*inside):
    way = " > ".join(["s", *inside, "e"])
    inner = subprocess("sub", start("s"), *map(user, inside), end("e"), flows=way)
    return line("sub", "c", sub=inner)


def test_a_step_ahead_in_a_subprocess_under_way_is_done():
    game = moved(Play(nested("a")).start(), nested("a", "new")).complete("a").complete("new")

    assert game.tasks == ["c"]


def test_a_moved_instance_can_be_moved_on():
    game = moved(moved(Play(line("a")).start(), line("a", "b")), line("a", "b", "c"))

    assert game.complete("a").complete("b").complete("c").snap.finished


def test_no_number_is_used_twice_after_a_move():
    game = Play(line("a", "b")).start()
    used = {row[0] for row in read(game.snap.state)["tasks"]}
    given = read(moved(game, line("a", "new", "b")).snap.state)
    kept = {row[0] for row in given["tasks"] if row[2] >= 8}

    assert {row[0] for row in given["tasks"]} & used == kept


def test_moving_gives_the_same_bytes_every_time():
    game = Play(forked()).start().complete("a")

    assert transfer(game, forked(then="new")) == transfer(game, forked(then="new"))


def test_a_version_without_the_step_where_it_waits_is_refused():
    game = Play(line("a", "b")).start().complete("a")

    assert "Sagen venter i »b«" in refused(game, line("a", "c"))


def test_a_version_without_a_step_that_is_done_is_refused():
    game = Play(line("a", "b")).start().complete("a")

    assert "Sagen har været igennem »a«" in refused(game, line("b"))


def test_a_step_put_in_before_where_it_waits_is_refused():
    game = Play(line("a", "b")).start().complete("a")

    assert "fra »a« til »b«" in refused(game, line("a", "new", "b"))


def test_a_step_of_another_kind_is_refused():
    game = Play(line("a", "b")).start()

    assert "en anden slags trin" in refused(game, line("a", "b", a=call("a", "inner")))


def test_a_call_of_another_process_is_refused_while_it_runs():
    game = Play(line("c", c=call("c", "inner"))).start()

    assert "noget andet" in refused(game, line("c", c=call("c", "outer")))


@pytest.mark.parametrize(
    "now",
    [
        catch("w", MESSAGE, message="other"),
        catch("w", MESSAGE, message="news", message_key='"k"'),
        catch("w", after("P1D")),
    ],
)
def test_a_wait_for_something_else_is_refused(now):
    game = Play(line("w", w=catch("w", MESSAGE, message="news"))).start()

    assert "noget andet" in refused(game, line("w", w=now))


def edged(*events):
    ends = [end(f"e{number}") for number, _ in enumerate(events)]
    sides = [boundary(f"t{n}", "a", after("P7D"), interrupts=stops) for n, stops in events]
    ways = "\n".join(f"t{n} > e{place}" for place, (n, _) in enumerate(events))
    return definition(
        start(), user("a"), *sides, *ends, end(), flows=f"start > a > end\n{ways}".strip()
    )


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ([], [(1, True)]),
        ([(1, True)], []),
        ([(1, True)], [(1, True), (2, True)]),
        ([(1, True)], [(2, True)]),
        ([(1, True)], [(1, False)]),
        ([(1, False)], [(1, True)]),
    ],
)
def test_another_edge_of_the_task_where_it_waits_is_refused(was, now):
    assert "»a«" in refused(Play(edged(*was)).start(), edged(*now)) or "»t1«" in refused(
        Play(edged(*was)).start(), edged(*now)
    )


def test_a_reminder_that_has_fired_cannot_become_one_that_stops_the_task():
    game = Play(edged((1, False))).start().wake(days=8)

    assert game.tasks == ["a"]
    assert refused(game, edged((1, True)))


def test_a_branch_added_after_the_fork_was_passed_is_refused():
    was = forked()
    more = other(
        was,
        (
            '<bpmn:sequenceFlow id="fork_a"',
            '<bpmn:sequenceFlow id="f1" sourceRef="fork" targetRef="new"/>'
            '<bpmn:sequenceFlow id="f2" sourceRef="new" targetRef="join"/>'
            '<bpmn:sequenceFlow id="fork_a"',
        ),
        ('<bpmn:userTask id="a"', '<bpmn:userTask id="new"/><bpmn:userTask id="a"'),
    )

    assert "»fork«" in refused(Play(was).start(), more)


def test_a_join_that_is_waited_at_keeps_its_ways_in():
    game = Play(forked()).start().complete("a")

    assert "Vejene ind i »join«" in refused(game, forked(b="b > new"))


def test_a_fork_put_around_the_step_where_it_waits_is_refused():
    game = Play(line("a", "b")).start().complete("a")
    now = definition(
        start(),
        *map(user, "abd"),
        gateway("parallel", "fork"),
        gateway("parallel", "join"),
        end(),
        flows="start > a > fork > b > join > end\nfork > d > join",
    )

    assert "fra »a« til »b«" in refused(game, now)


@pytest.mark.parametrize(
    "now",
    [
        user("a", many("[1, 2, 3]", "i"), collect_all="i"),
        user("a", many("[1, 2]", "i", one_by_one=True), collect_all="i"),
        user("a", many("[1, 2]", "i", enough="true"), collect_all="i"),
        user("a", many("[1, 2]", "i"), collect_all="i", collect_more="i"),
        user("a"),
    ],
)
def test_another_list_than_the_one_under_way_is_refused(now):
    each = user("a", many("[1, 2]", "i"), collect_all="i")

    assert refused(Play(line("a", a=each)).start(), line("a", a=now))


def test_a_subprocess_under_way_that_is_gone_is_refused():
    assert "sub" in refused(Play(nested("a")).start(), line("c"))


def test_a_step_changed_inside_the_subprocess_under_way_is_refused():
    game = Play(nested("a", "b")).start().complete("a")

    assert "fra »a« til »b«" in refused(game, nested("a", "new", "b"))


def test_a_finished_process_stays_where_it_is():
    game = Play(line("a")).start().complete("a")

    assert refused(game, line("a", "b")) == "Processen er slut."


def test_what_is_read_and_written_ahead_is_told_for_both_versions():
    was = line("a", "b", b=service("b", "h", in_x="said", out_kept="k"))
    now = line("a", "b", b=service("b", "h", in_x="other", out_kept="k"))
    given = transfer(Play(was).start(said=1), now)

    assert (given.before.reads, given.after.reads) == ({"said"}, {"other"})
    assert given.after.writes == {"kept"}
    assert (given.known, given.standing) == ({"said"}, {"a"})


def built(seed):
    sketch = Sketch(random.Random(seed))  # noqa: S311 - a test that can be repeated
    first, last = sketch.block(3)
    return sketch, [*sketch.flows, f"start > {first}", f"{last} > end"]


def version(nodes, flows, label=""):
    xml = definition(start(), *nodes, end(), flows="\n".join(flows)).xml
    return from_xml(xml.replace("Prøve".encode(), f"Prøve{label}".encode()))


WAITING = ("tasks", "timers", "waits", "calls")


def listed(game, name):
    return tuple(sorted(getattr(game.snap, name), key=lambda each: (each.element, each.key)))


@pytest.mark.parametrize("seed", range(40))
def test_moving_after_every_step_to_the_same_drawing_changes_nothing(seed):
    sketch, flows = built(seed)
    engine = SpiffEngine()
    stays = Play(version(sketch.nodes, flows), make=lambda: engine).start()
    moves = Play(version(sketch.nodes, flows), make=lambda: engine).start()
    dice, same_dice = random.Random(seed), random.Random(seed)  # noqa: S311
    for step in range(200):
        if stays.snap.finished:
            break
        moves = moved(moves, version(sketch.nodes, flows, str(step)))
        for game in (stays, moves):  # branches may be listed in another order
            game.snap = replace(game.snap, **{name: listed(game, name) for name in WAITING})
        assert play_on(stays, dice) == play_on(moves, same_dice)

    assert moves.snap.finished
    assert moves.snap.result == stays.snap.result


def mutated(dice, nodes, flows):
    """Put something into the drawing somewhere; it stays one that holds together."""
    nodes, flows = list(nodes), list(flows)
    place = dice.randrange(len(flows))
    path, _, condition = flows[place].partition(" : ")
    *before, source, target = path.split(" > ")
    first = " > ".join([*before, source, "xa"]) + (f" : {condition}" if condition else "")
    kind = dice.choice(["step", "fork", "edge"])
    if kind == "edge":
        users = [n for n in nodes if n.startswith("<bpmn:userTask") and "boundaryEvent" not in n]
        if users:
            host = dice.choice(users).split('"')[1]
            return [*nodes, boundary("xt", host, after("P5D")), end("xe")], [*flows, "xt > xe"]
    if kind == "fork":
        nodes += [user("xa1"), user("xb1"), gateway("parallel", "xa"), gateway("parallel", "xj")]
        return nodes, [
            *flows[:place],
            first,
            f"xa > xa1 > xj > {target}",
            "xa > xb1 > xj",
            *flows[place + 1 :],
        ]
    return [*nodes, user("xa")], [*flows[:place], first, f"xa > {target}", *flows[place + 1 :]]


@pytest.mark.parametrize("seed", range(60))
def test_what_is_moved_to_a_changed_drawing_ends_and_what_cannot_is_refused(seed):
    dice = random.Random(1000 + seed)  # noqa: S311
    sketch, flows = built(seed)
    engine = SpiffEngine()
    game = Play(version(sketch.nodes, flows), make=lambda: engine).start()
    for _ in range(dice.randrange(8)):
        if not game.snap.finished:
            play_on(game, dice)
    if not game.snap.finished:
        now = version(*mutated(dice, sketch.nodes, flows), label="now")
        if not transfer(game, now).reasons:
            game = moved(game, now)
    for _ in range(300):
        if not game.snap.finished:
            assert game.snap.incident is None
            play_on(game, dice)

    assert game.snap.finished
