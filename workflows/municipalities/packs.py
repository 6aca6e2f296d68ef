"""A municipality's pack: read from `bpmn/`, checked, and put into force."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.domain.errors import InvalidDefinition
from engine.ports import Json
from engine.services.deployments import configure
from engine.storage.configurations import load_content
from engine.storage.work import Work
from workflows.municipalities.configuration import TIMEZONE, read_configuration
from workflows.municipalities.layers import OWN, SCHOOL, SCHOOL_CLOSING, SERIES
from workflows.municipalities.records import ForumRow, RoleUnitRow, UnitRow
from workflows.municipalities.settings import kept_settings, set_series_of

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a municipality brings: its name, units, roles and forums, and its settings.

    `roles` maps a role to the code of the unit that holds it; `content` is what the engine
    keeps as the configuration in force.
    """

    name: str
    title: str
    units: tuple[Table, ...]
    roles: Mapping[str, str]
    forums: tuple[Table, ...]
    content: Mapping[str, Json]


def read_pack(bpmn: Path, name: str) -> Pack:
    """Read the pack `name` below the folder `bpmn`, with the shared files that it builds on.

    Raises `InvalidDefinition` naming the file and what is wrong.
    """
    written = _toml(bpmn / "municipalities" / name / "pack.toml")
    pack = Pack(
        name=_text(written, "name"),
        title=_text(written, "title"),
        units=tuple(written.get("units", ())),
        roles=dict(written.get("roles", {})),
        forums=tuple(written.get("forums", ())),
        content={
            "pack": _text(written, "name"),
            "title": _text(written, "title"),
            "timezone": str(written.get("timezone", TIMEZONE)),
            "closing_days": {each["day"]: each["name"] for each in written.get("closing_days", ())},
            "school_holidays": {
                f"{each['since']}/{each['until']}": each["name"]
                for each in written.get("school_holidays", ())
            },
            SCHOOL: _schools(written),
            SCHOOL_CLOSING: dict(_closings(written)),
            "parameters": _parameters(bpmn / "parameters.toml", written),
            "milestones": _milestones(_toml(bpmn / "milestones.toml"), written),
            "retention": _retention(_toml(bpmn / "retention.toml"), written),
        },
    )
    _check(pack)
    return pack


def install_pack(work: Work, pack: Pack, overrides: Mapping[str, Json] | None = None) -> None:
    """Put the pack into force; the same pack again changes nothing.

    Units, roles and forums are found by their codes and keep their people, and what was set in
    the house stays above the pack. `overrides` are parameters that stand above those of the pack.
    Raises `InvalidDefinition`.
    """
    content = dict(pack.content)
    if overrides:
        content["parameters"] = _overridden(content["parameters"], overrides, "scenarie")
    own = kept_settings(work, pack.name)
    if own:
        content[OWN] = dict(own)
    read_configuration(content, number=0)  # refuses what could not be read later
    units = _install_units(work, pack)
    _install_roles(work, pack, units)
    _install_forums(work, pack, units)
    work.flush()
    for code, wanted in own.get(SERIES, {}).items():
        set_series_of(work, code, wanted)
    configure(work, content)
    work.flush()


def pack_name(work: Work) -> str:
    """Return the name of the pack in force."""
    return str(load_content(work.session, work.configuration.number)["pack"])


def set_series(work: Work, forum: str, *, anchor: date, cadence: str | None = None) -> ForumRow:
    """Let the forum of this code meet from `anchor` on, and perhaps as often as `cadence`."""
    row = work.session.scalars(select(ForumRow).where(ForumRow.code == forum)).one()
    row.anchor = anchor
    if cadence is not None:
        row.cadence = cadence
    work.flush()
    return row


def _install_units(work: Work, pack: Pack) -> dict[str, UnitRow]:
    rows = {row.code: row for row in work.session.scalars(select(UnitRow))}
    for unit in pack.units:
        row = rows.get(unit["id"])
        if row is None:
            row = rows[unit["id"]] = UnitRow(code=unit["id"], name=unit["name"])
            work.session.add(row)
        row.name, row.type = unit["name"], unit.get("type", "")
        row.mailbox = unit.get("mailbox", row.mailbox)
        row.compartment = unit.get("compartment")
    work.flush()  # before a unit can point at its parent
    for unit in pack.units:
        parent = unit.get("parent")
        rows[unit["id"]].parent_id = rows[parent].id if parent else None
    work.flush()
    return rows


def _install_roles(work: Work, pack: Pack, units: Mapping[str, UnitRow]) -> None:
    rows = {row.role: row for row in work.session.scalars(select(RoleUnitRow))}
    for role, code in pack.roles.items():
        if role in rows:
            rows[role].unit_id = units[code].id
        else:
            work.session.add(RoleUnitRow(role=role, unit_id=units[code].id))


def _install_forums(work: Work, pack: Pack, units: Mapping[str, UnitRow]) -> None:
    rows = {row.code: row for row in work.session.scalars(select(ForumRow))}
    for forum in pack.forums:
        row = rows.get(forum["id"])
        if row is None:
            row = ForumRow(code=forum["id"], name=forum["name"], type=forum["type"])
            work.session.add(row)
            row.anchor, row.cadence = forum.get("anchor"), forum.get("cadence", "")
        row.name, row.type, row.team = forum["name"], forum["type"], forum.get("team")
        row.unit_id = _unit_of(forum, units)
        row.starts, row.ends = forum.get("starts", ""), forum.get("ends", "")
        row.place, row.quorum = forum.get("place", ""), forum.get("quorum")
        row.convenor_role = forum.get("convenor_role", "")
        seats = [each["discipline"] for each in forum.get("members", ())]
        row.disciplines = list(dict.fromkeys(seats))


def _unit_of(forum: Table, units: Mapping[str, UnitRow]) -> UUID | None:
    return units[forum["unit"]].id if "unit" in forum else None


def _check(pack: Pack) -> None:
    known = {unit["id"] for unit in pack.units}
    named = [unit["parent"] for unit in pack.units if "parent" in unit]
    named += [*pack.roles.values(), *(each["unit"] for each in pack.forums if "unit" in each)]
    for code in named:
        if code not in known:
            raise InvalidDefinition(f"Pakken »{pack.name}« nævner enheden »{code}«, som mangler.")
    if "intake" not in pack.roles:
        raise InvalidDefinition(f"Pakken »{pack.name}« siger ikke, hvem der modtager (intake).")


def _schools(written: Table) -> dict[str, Json]:
    """Return the schools with a calendar of their own; the common holidays are theirs as well,
    unless it says otherwise."""
    return {
        each["id"]: {"name": each["name"], "common": bool(each.get("common", True))}
        for each in written.get("schools", ())
    }


def _closings(written: Table) -> Iterator[tuple[str, str]]:
    for school in written.get("schools", ()):
        for each in school.get("closings", ()):
            yield f"{school['id']}/{each['since']}/{each['until']}", each["name"]


def _parameters(path: Path, written: Table) -> dict[str, dict[str, Json]]:
    shared = {key: {**entry, "default": entry["value"]} for key, entry in _toml(path).items()}
    return _overridden(shared, written.get("parameters", {}), str(written.get("title", "")))


def _milestones(shared: Table, written: Table) -> dict[str, Json]:
    """Return the milestones with the lines of the pack above them, without those that are off."""
    own: Mapping[str, Table] = written.get("milestones", {})
    both = {
        name: {**shared.get(name, {}), **own.get(name, {})}
        for name in dict.fromkeys([*shared, *own])
    }
    for name, milestone in both.items():
        if not milestone.get("off") and not {"title", "opens", "if_passed"} <= milestone.keys():
            raise InvalidDefinition(f"Milepælen »{name}« mangler title, opens eller if_passed.")
    return {name: milestone for name, milestone in both.items() if not milestone.get("off")}


def _retention(shared: Table, written: Table) -> dict[str, Json]:
    """Return the rules of keeping with the lines of the pack above them."""
    own: Mapping[str, Table] = written.get("retention", {})
    both = {
        name: {**shared.get(name, {}), **own.get(name, {})}
        for name in dict.fromkeys([*shared, *own])
    }
    for name, rule in both.items():
        if not {"title", "legal_basis", "keep"} <= rule.keys():
            raise InvalidDefinition(f"Reglen »{name}« mangler title, legal_basis eller keep.")
    return both


def _overridden(
    parameters: Mapping[str, Mapping[str, Json]], values: Mapping[str, Json], source: str
) -> dict[str, dict[str, Json]]:
    """Return the parameters with `values` above them; an equal value keeps its source."""
    result = {key: dict(entry) for key, entry in parameters.items()}
    for key, value in values.items():
        if key not in result:
            raise InvalidDefinition(f"Der er ingen parameter »{key}« at sætte.")
        if result[key]["value"] != value:
            result[key] |= {"value": value, "source": source}
    return result


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidDefinition(f"Filen »{path.name}« mangler i {path.parent}.") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidDefinition(f"Filen »{path.name}« kan ikke læses: {error}.") from error


def _text(written: Table, key: str) -> str:
    value = written.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidDefinition(f"Pakken mangler »{key}«.")
    return value
