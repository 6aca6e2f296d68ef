"""Bringing a database up to date. Each owner of tables keeps its revisions on its own branch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from engine.ports import Purpose
from engine.storage.database import Database
from engine.storage.guard import PURPOSE

ENGINE_REVISIONS = Path(__file__).parent / "migrations" / "versions"
VERSION_TABLE = "schema_versions"
_MIGRATION = Purpose(code="migration")


def upgrade(database: Database, metadata: MetaData, revisions: Sequence[Path]) -> None:
    """Run every revision that this database lacks, all or none.

    `revisions` are the folders of the branches besides the engine's.
    """
    with database.engine.connect() as connection:
        connection.execution_options(**{PURPOSE: _MIGRATION})
        config = _config(connection, metadata, revisions, keyring=database.keyring)
        if _is_current(connection, config):
            return
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(config, "heads")
        connection.commit()


def _is_current(connection: Connection, config: Config) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    heads = set(ScriptDirectory.from_config(config).get_heads())
    here = set(context.get_current_heads())
    connection.rollback()
    return here == heads


def _config(
    connection: Connection, metadata: MetaData, revisions: Sequence[Path], **given: Any
) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ENGINE_REVISIONS.parent))
    folders = [str(ENGINE_REVISIONS), *(str(folder) for folder in revisions)]
    config.set_main_option("version_locations", "\n".join(folders))
    config.set_main_option("path_separator", "newline")
    config.attributes.update({"connection": connection, "metadata": metadata, **given})
    return config
