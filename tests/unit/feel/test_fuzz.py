"""A sample of what `make soak` tries a million of: expressions from the grammar crash nothing."""

from tests.soak.feel_fuzz import run

SAMPLE = 5_000


def test_a_sample_of_random_expressions_crashes_nothing():
    report = run(SAMPLE, seed=7)

    assert report.broken == []
    assert report.tried == SAMPLE
    assert report.without_error > SAMPLE / 10


def test_the_same_seed_tries_the_same():
    first, second = run(200, seed=3), run(200, seed=3)

    assert (first.read, first.without_error) == (second.read, second.without_error)


def test_a_run_can_be_stopped():
    assert run(2_000, lambda report: report.tried < 1_000).tried == 1_000
