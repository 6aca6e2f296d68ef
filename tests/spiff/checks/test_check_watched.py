"""What a file from outside may take is counted by the processor, not by the clock on the wall."""

from engine.spiff.watched import MEMORY_BYTES, ask

CHILD = "tests.spiff.checks.watched_child"


def asked(*, waits: float = 0, works: float = 0, seconds: float = 1) -> str | None:
    given = {"waits": waits, "works": works}
    return ask(CHILD, given, seconds=seconds, memory_bytes=MEMORY_BYTES)


def test_one_who_is_kept_waiting_longer_than_the_limit_answers_all_the_same():
    assert asked(waits=1.5, seconds=0.5) == "done"


def test_one_who_works_within_the_limit_answers():
    assert asked(works=0.2, seconds=5) == "done"


def test_one_who_works_longer_than_the_limit_is_ended():
    assert asked(works=3, seconds=0.3) is None


def test_one_who_waits_for_what_never_comes_is_ended_too():
    assert asked(waits=60, seconds=0.1) is None
