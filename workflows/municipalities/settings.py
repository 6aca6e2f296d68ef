"""Settings changed in the house: each change a new configuration with an author and a reason.

A configuration is never edited and never removed. To take a change back is a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine.domain.errors import Conflict, InvalidAnswers, InvalidDefinition, NotFound
from engine.services.deployments import configure
from engine.services.drafts import require_designer
from engine.storage.configurations import load_content, newest_number
from engine.storage.models import ConfigurationRow
from engine.storage.work import Work
from workflows.forums.rules import series_of
from workflows.municipalities.configuration import read_configuration
from workflows.municipalities.layers import (
    OWN,
    PARAMETER,
    SERIES,
    Change,
    Content,
    setting,
    with_change,
)
from workflows.municipalities.records import ForumRow, SettingChangeRow

REASON = 300  # characters
_MEANWHILE = (
    "Nogen har ændret indstillingerne, siden du åbnede siden. Se, hvad de gjorde, og prøv igen."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A configuration in the history. One that came with a pack has no `changes` of its own."""

    number: int
    since: datetime
    by: str
    reason: str
    changes: Sequence[Change]
    undoes: int | None


def settings_in_force(work: Work) -> Content:
    """Return the newest configuration as it is stored, both layers apart."""
    return load_content(work.session, work.configuration.number)


def proposed(work: Work, change: Change) -> dict[str, Any]:
    """Return the configuration that the change would give.

    Raises `InvalidDefinition`, and `InvalidAnswers` for a number that a series of meetings cannot
    be counted by.
    """
    if change.kind == PARAMETER:
        _check_cadences(work, change)
    content = with_change(settings_in_force(work), change)
    read_configuration(content, number=0)  # refuses what could not be read later
    return content


def change_setting(
    work: Work, change: Change, *, reason: str, seen: int, undoes: int | None = None
) -> int:
    """Put the change into force in a new configuration and return its number.

    `seen` is the number that the author looked at. Raises `NotAllowed` for others than process
    owners, `InvalidAnswers` without a reason or where nothing changes, `Conflict` when another
    configuration is in force by now, and `InvalidDefinition`.
    """
    require_designer(work.actor)
    _check_reason(reason)
    if change.before == change.after:
        raise InvalidAnswers({"reason": "Der er ikke ændret noget."})
    if newest_number(work.session) != seen or current(work, change) != change.before:
        raise Conflict(_MEANWHILE)
    configure(work, proposed(work, change))
    if change.kind == SERIES:
        set_series_of(work, change.key, change.after)
    number = newest_number(work.session) or seen
    work.session.add(
        SettingChangeRow(
            number=number,
            follows=seen,
            reason=reason.strip(),
            changes=[change.as_kept()],
            undoes=undoes,
        )
    )
    work.flush()
    return number


def undo_change(work: Work, number: int, *, reason: str, seen: int) -> int:
    """Take back what configuration `number` changed, in a new one; return that one's number.

    Raises as `change_setting`, `Conflict` when the setting has been changed again since, and
    `NotFound` for a configuration that did not come about here.
    """
    change = changed_in(work, number)
    if current(work, change) != change.after:
        raise Conflict("Indstillingen er ændret igen siden. Ret den i stedet.")
    return change_setting(work, change.undone, reason=reason, seen=seen, undoes=number)


def changed_in(work: Work, number: int) -> Change:
    """Return what configuration `number` changed. Raises `NotFound`."""
    row = work.session.get(SettingChangeRow, number)
    if row is None:
        raise NotFound("Den ændring findes ikke.")
    (kept,) = row.changes
    return Change(**kept)


def current(work: Work, change: Change) -> Any:
    """Return what the setting that the change is about is worth now."""
    if change.kind == SERIES:
        return series_settings(forum_called(work, change.key))
    return setting(settings_in_force(work), change.kind, change.key)


def history(work: Work, most: int) -> list[Version]:
    """Return the newest configurations, at most `most`, the one in force first."""
    rows = work.session.execute(
        select(
            ConfigurationRow.number,
            ConfigurationRow.since,
            ConfigurationRow.changed_by,
            SettingChangeRow,
        )
        .outerjoin(SettingChangeRow, SettingChangeRow.number == ConfigurationRow.number)
        .order_by(ConfigurationRow.number.desc())
        .limit(most)
    )
    return [_version(number, since, by, row) for number, since, by, row in rows]


def forum_called(work: Work, code: str) -> ForumRow:
    """Return the forum of this code. Raises `NotFound`."""
    row = work.session.scalars(select(ForumRow).where(ForumRow.code == code)).first()
    if row is None:
        raise NotFound("Forummet findes ikke.")
    return row


def series_settings(forum: ForumRow) -> dict[str, str]:
    """Return how a forum meets, as a setting keeps it."""
    return {
        "cadence": forum.cadence,
        "anchor": forum.anchor.isoformat() if forum.anchor else "",
        "cut_off": forum.cut_off,
        "starts": forum.starts,
        "ends": forum.ends,
        "place": forum.place,
    }


def set_series_of(work: Work, code: str, wanted: Mapping[str, str]) -> None:
    """Let the forum meet as a setting says."""
    forum = forum_called(work, code)
    forum.anchor = date.fromisoformat(wanted["anchor"]) if wanted["anchor"] else None
    forum.cadence, forum.cut_off = wanted["cadence"], wanted["cut_off"]
    forum.starts, forum.ends, forum.place = wanted["starts"], wanted["ends"], wanted["place"]
    work.flush()


def kept_settings(work: Work, pack: str) -> Content:
    """Return what was set in the house above this pack, nothing where there is none."""
    number = newest_number(work.session)
    content = load_content(work.session, number) if number is not None else {}
    return content.get(OWN, {}) if content.get("pack") == pack else {}


def _check_cadences(work: Work, change: Change) -> None:
    query = select(ForumRow).where(ForumRow.cadence == change.key)
    for forum in work.session.scalars(query):
        try:
            series_of(str(change.after["value"]), forum.anchor or work.today)
        except InvalidDefinition as problem:
            raise InvalidAnswers({"value": str(problem)}) from problem


def _version(number: int, since: datetime, by: str, row: SettingChangeRow | None) -> Version:
    return Version(
        number=number,
        since=since,
        by=by,
        reason=row.reason if row else "",
        changes=[Change(**kept) for kept in row.changes] if row else [],
        undoes=row.undoes if row else None,
    )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidAnswers({"reason": "Skriv, hvorfor I ændrer det. Det står i historikken."})
    if len(reason) > REASON:
        raise InvalidAnswers({"reason": f"Skriv højst {REASON} tegn."})
