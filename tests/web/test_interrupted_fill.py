"""A demonstration that was cut short is filled anew, not taken for a town."""

import pytest

from engine.domain.errors import CaseworkError
from tests.conftest import settings_of
from web.demo import clear_interrupted_fill


def test_a_fill_that_was_cut_short_leaves_nothing(tmp_path):
    settings = settings_of(f"sqlite:///{tmp_path / 'town.sqlite'}", tmp_path)
    for name in ("town.sqlite", "town.sqlite-wal", "filling"):
        (tmp_path / name).touch()

    clear_interrupted_fill(settings)

    assert sorted(path.name for path in tmp_path.iterdir()) == []


def test_a_town_that_was_filled_is_left_alone(tmp_path):
    settings = settings_of(f"sqlite:///{tmp_path / 'town.sqlite'}", tmp_path)
    (tmp_path / "town.sqlite").touch()

    clear_interrupted_fill(settings)

    assert [path.name for path in tmp_path.iterdir()] == ["town.sqlite"]


def test_a_database_on_a_server_is_never_removed(tmp_path):
    settings = settings_of("postgresql+psycopg://nobody@127.0.0.1/none", tmp_path)
    (tmp_path / "filling").touch()

    with pytest.raises(CaseworkError):
        clear_interrupted_fill(settings)
