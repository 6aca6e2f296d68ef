"""What is written of a person rests encrypted with a key of theirs, and the journal binds it."""

import re
from base64 import b64encode
from types import SimpleNamespace

import pytest
from alembic import command
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.services.instances import open_case
from engine.services.rotation import masters_in_use, rewrap_keys
from engine.storage.chain import TEXT_KEPT
from engine.storage.keys import Keyring, Masters, Unreadable
from engine.storage.migrating import ENGINE_REVISIONS, _config
from engine.storage.models import AnswersRow, CaseRow, DataKeyRow, JournalRow
from engine.storage.sealing import carried, digest_of
from engine.storage.work import Casework, Work
from workflows.records import METADATA, REVISIONS

SAID = {"reason": "Mærket ordlyd, som ingen må kunne finde."}
OLD, NEW = (
    f"{name} {b64encode(bytes([number]) * 32).decode()}" for number, name in enumerate("ab")
)


@pytest.fixture
def masters(database) -> SimpleNamespace:
    """The master keys of the database, which a test may change."""
    given = SimpleNamespace(lines=[OLD])
    database.use_keys(Keyring(lambda: Masters.read("\n".join(given.lines))))
    return given


def write(casework: Casework) -> AnswersRow:
    """An answer in a case of its own."""

    def act(work: Work) -> AnswersRow:
        row = AnswersRow(case_id=open_case(work).id, form="f", at=work.now, data=dict(SAID))
        work.session.add(row)
        return row

    return casework.act(SYSTEM, act)


def read(casework: Casework) -> dict:
    with casework.work(SYSTEM) as work:
        return work.session.scalars(select(AnswersRow.data)).one()


def raw(casework: Casework) -> bytes:
    with casework.work(SYSTEM) as work:
        return work.session.execute(select(*carried(AnswersRow.__table__))).mappings().one()["data"]


def test_what_was_written_is_read_again(casework):
    write(casework)

    assert read(casework) == SAID


def test_what_was_written_does_not_stand_in_the_database(casework):
    write(casework)

    assert b"ordlyd" not in raw(casework)


def test_a_changed_ciphertext_is_not_read(casework):
    write(casework)
    bent = raw(casework)[:-1] + b"\x00"
    with casework.database.engine.begin() as connection:
        connection.execute(text("UPDATE answers SET data = :data"), {"data": bent})

    with pytest.raises(Unreadable):
        read(casework)


def test_nothing_is_written_in_the_clear(casework):
    write(casework)

    with pytest.raises(StatementError, match="kan ikke skrives uden kryptering"):
        casework.act(
            SYSTEM, lambda work: work.session.execute(update(AnswersRow).values(data=dict(SAID)))
        )


def test_an_error_of_the_database_tells_nothing_of_what_was_written(casework):
    row = write(casework)

    with pytest.raises(IntegrityError) as problem:
        casework.act(SYSTEM, lambda work: _write_without_a_form(work, row))

    assert "ordlyd" not in str(problem.value)


def _write_without_a_form(work: Work, like: AnswersRow) -> None:
    wrong = AnswersRow(case_id=like.case_id, form="f", at=work.now, data=dict(SAID))
    wrong.form = None
    work.session.add(wrong)


def test_the_journal_binds_the_ciphertext_and_not_the_text(casework):
    row = write(casework)
    with casework.work(SYSTEM) as work:
        entry = work.session.scalars(select(JournalRow).where(JournalRow.act == TEXT_KEPT)).one()

    assert entry.data == {"texts": [["answers.data", str(row.id), digest_of(raw(casework))]]}


def test_without_its_key_nobody_reads_it(casework):
    write(casework)
    casework.act(SYSTEM, lambda work: work.session.execute(text("DELETE FROM data_keys")))
    casework.database.use_keys(Keyring(lambda: casework.database.keyring.masters))

    with pytest.raises(Unreadable, match="slettet"):
        read(casework)


def test_nothing_more_is_written_in_a_case_that_is_erased(casework):
    row = write(casework)
    erased = update(CaseRow).where(CaseRow.id == row.case_id)
    casework.act(SYSTEM, lambda work: work.session.execute(erased.values(erased_at=work.now)))

    with pytest.raises(CaseworkError, match="slettet"):
        casework.act(
            SYSTEM,
            lambda work: work.session.add(
                AnswersRow(case_id=row.case_id, form="f", at=work.now, data={"a": 1})
            ),
        )


def test_a_new_master_key_needs_no_restart_and_the_old_one_can_go(casework, masters):
    casework.act(SYSTEM, lambda work: _house_key_is_another(work))
    write(casework)

    masters.lines = [OLD, NEW]
    before, rewrapped = raw(casework), rewrap_keys(casework)
    masters.lines = [NEW]
    casework.database.use_keys(Keyring(lambda: Masters.read(NEW)))

    assert (rewrapped, masters_in_use(casework)) == (1, {"b"})
    assert (read(casework), raw(casework)) == (SAID, before)


def _house_key_is_another(work: Work) -> None:
    """The key of the house was made with the master key of the other tests."""
    work.session.execute(text("DELETE FROM data_keys"))


def test_many_cases_ask_for_their_keys_once(casework):
    for _ in range(5):
        write(casework)
    asked = []
    look_up = casework.database._keys_from  # counted, not replaced
    fresh = Keyring(lambda: casework_masters)
    casework_masters = casework.database.keyring.masters
    casework.database.use_keys(fresh)
    fresh.look_up = lambda key_id: asked.append(key_id) or look_up(key_id)
    with casework.work(SYSTEM) as work:
        keys = sorted(work.session.scalars(select(DataKeyRow.id)))
        fresh.wrapped(keys[0])
        found = work.session.scalars(select(AnswersRow.data)).all()

    assert (len(found), asked) == (5, [keys[0]])


def test_what_stood_in_the_clear_is_sealed_and_bound_by_the_migration(casework):
    write(casework)
    database = casework.database
    with database.engine.connect() as connection:
        config = _config(connection, METADATA, [REVISIONS], keyring=database.keyring)
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for down in _before("sealed_texts"):
            command.downgrade(config, down)
        plain = str(connection.execute(text("SELECT data FROM answers")).scalar())
        command.upgrade(config, "heads")
        connection.commit()
    with casework.work(SYSTEM) as work:
        entry = work.session.scalars(select(JournalRow).order_by(JournalRow.seq.desc())).first()

    assert "ordlyd" in plain
    assert (read(casework), b"ordlyd" in raw(casework)) == (SAID, False)
    assert entry.data["texts"][0][2] == digest_of(raw(casework))


def _before(name: str) -> list[str]:
    """What precedes the revisions of this name, those that depend on others first."""
    files = [*REVISIONS.glob(f"*_{name}.py"), *ENGINE_REVISIONS.glob(f"*_{name}.py")]
    found = (
        re.search(r'^down_revision = "(\w+)"', each.read_text(), re.MULTILINE) for each in files
    )
    return [each[1] for each in found if each]
