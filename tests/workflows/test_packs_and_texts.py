"""What a municipality brings, and the texts that leave the house."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.domain.errors import InvalidDefinition, NotFound
from engine.ports import SYSTEM
from engine.storage.base import Base
from engine.storage.models import ConfigurationRow
from engine.storage.work import Casework, Work
from tests.conftest import BPMN
from workflows.house import TEXTS
from workflows.municipalities.packs import Pack, install_pack, pack_name, read_pack, set_series
from workflows.municipalities.records import ForumRow, RoleUnitRow, UnitRow
from workflows.texts import fill, read_text

NAMES = sorted(path.stem for path in TEXTS.glob("*.toml"))


@pytest.fixture
def pack() -> Pack:
    """The shipped pack."""
    return read_pack(BPMN, "sonderborg")


def count(work: Work, row: type[Base]) -> int:
    """How many rows of a kind there are."""
    return work.session.scalar(select(func.count()).select_from(row)) or 0


def test_the_same_pack_again_changes_nothing(casework: Casework, pack: Pack) -> None:
    def counts(work: Work) -> list[int]:
        install_pack(work, pack)
        return [count(work, row) for row in (UnitRow, ForumRow, RoleUnitRow, ConfigurationRow)]

    first = casework.act(SYSTEM, counts)
    assert casework.act(SYSTEM, counts) == first
    assert first[-1] == 1


def test_a_pack_brings_its_closing_days(casework: Casework, pack: Pack) -> None:
    casework.act(SYSTEM, lambda work: install_pack(work, pack))

    with casework.work(SYSTEM) as work:
        assert not work.calendar.is_counting(date(2026, 12, 24))
        assert work.calendar.is_counting(date(2026, 12, 23))
        assert pack_name(work) == "sonderborg"


def test_a_parameter_of_ones_own_keeps_the_default_beside_it(
    casework: Casework, pack: Pack
) -> None:
    casework.act(SYSTEM, lambda work: install_pack(work, pack, {"screening": "3 WD"}))

    with casework.work(SYSTEM) as work:
        entry = work.parameters.entry("screening")
    assert (entry.value, entry.default, entry.is_overridden) == ("3 WD", "5 WD", True)


def test_a_parameter_nobody_knows_is_refused(casework: Casework, pack: Pack) -> None:
    with pytest.raises(InvalidDefinition, match="screning"):
        casework.act(SYSTEM, lambda work: install_pack(work, pack, {"screning": "3 WD"}))


def test_a_parameter_of_another_kind_is_refused(casework: Casework, pack: Pack) -> None:
    with pytest.raises(InvalidDefinition, match="screening"):
        casework.act(SYSTEM, lambda work: install_pack(work, pack, {"screening": "soon"}))


def test_a_series_that_was_moved_stays_when_the_pack_comes_again(
    casework: Casework, pack: Pack
) -> None:
    def move_and_install(work: Work) -> date | None:
        install_pack(work, pack)
        set_series(work, "team1", anchor=date(2026, 3, 19))
        install_pack(work, pack)
        return work.session.scalars(select(ForumRow.anchor).where(ForumRow.team == 1)).one()

    assert casework.act(SYSTEM, move_and_install) == date(2026, 3, 19)


def bare_pack(tmp_path: Path, text: str) -> Path:
    """A folder like `bpmn/` with one pack of this text."""
    folder = tmp_path / "municipalities" / "ny"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text(text, "utf-8")
    for name in ("parameters.toml", "milestones.toml", "retention.toml"):
        (tmp_path / name).write_text("", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('name = "ny"', "title"),
        ('name = "ny"\ntitle = "Ny"', "intake"),
        ('name = "ny"\ntitle = "Ny"\n[roles]\nintake = "ukendt"', "ukendt"),
        ("name = ", "pack.toml"),
    ],
)
def test_a_pack_with_a_fault_is_refused_by_name(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InvalidDefinition, match=why):
        read_pack(bare_pack(tmp_path, text), "ny")


def test_a_pack_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDefinition, match=r"pack\.toml"):
        read_pack(tmp_path, "ny")


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_text_can_be_read_and_its_subject_says_nothing_of_anybody(name: str) -> None:
    assert read_text(TEXTS, name).body


def test_a_text_with_a_name_in_its_subject_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hej.toml").write_text(
        'title = "t"\nto = "x"\nsubject = "Til {{ first_name }}"\nbody = "b"', "utf-8"
    )

    with pytest.raises(InvalidDefinition, match="first_name"):
        read_text(tmp_path, "hej")


def test_a_text_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_text(tmp_path, "hej")


def test_a_place_is_never_left_open() -> None:
    with pytest.raises(InvalidDefinition, match="navn"):
        fill("Hej {{ navn }}", {})


def test_words_are_put_in_as_they_are() -> None:
    assert fill("Hej {{ navn }}", {"navn": "{{ andet }}"}) == "Hej {{ andet }}"
