"""Making objects of rows, past what the ORM asks itself at each of them.

What makes that right here: a mapped class is one table, all its attributes are its columns, and
nothing listens to its loading but the session. A statement is looked at once; where anything else
is asked of it (options for loading, an alias, a name that it lacks), it is left to the ORM.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import CursorResult, Executable, Result, Select
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import LoaderCriteriaOption, Mapper, Session
from sqlalchemy.orm.attributes import instance_state

Make = Callable[[Session, Any], Any]
_UNDERSTOOD = frozenset({"populate_existing", "compiled_cache"})


class Reading:
    """How the rows of one statement become objects and values."""

    def __init__(self, statement: Select[Any]) -> None:
        described = statement.column_descriptions
        self._parts = [each["expr"] for each in described]
        self._metadata = SimpleResultMetaData(
            [each["name"] for each in described],
            _create_unique_filters=lambda _: [
                id if _is_entity(each) else hash for each in self._parts
            ],
        )
        self._anew = bool(statement.get_execution_options().get("populate_existing"))
        self._makes_objects = any(map(_is_entity, self._parts))
        self._makes: Sequence[Make] | None = None

    def result(self, session: Session, cursor: CursorResult[Any]) -> Result[Any]:
        """Return what the ORM would. Raises `InvalidRequestError` for a column it cannot place."""
        if not self._makes_objects:
            return cursor
        makes = self._makes = self._makes or list(self._placed(cursor))
        rows = [tuple([make(session, row) for make in makes]) for row in cursor.fetchall()]
        return IteratorResult(self._metadata, iter(rows))

    def _placed(self, cursor: CursorResult[Any]) -> Iterator[Make]:
        """Yield what makes each part; the columns of a row stand in the order of the parts."""
        place, width = 0, len(cursor.keys())
        for part in self._parts:
            if _is_entity(part):
                yield _entity(part.__mapper__, cursor, anew=self._anew)
                place += len(part.__mapper__.local_table.c)
            else:
                yield _value(place)
                place += 1
        if place != width:
            raise InvalidRequestError(f"{width} columns where {place} were asked for")


class Readings:
    """The readings of the statements that are executed again and again."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Executable, Reading | None] = WeakKeyDictionary()

    def read(self, session: Session, statement: Executable, *given: Any) -> Result[Any] | None:
        """Execute the statement and return what the ORM would; None where it is left to the ORM."""
        reading = self._of(statement) if isinstance(statement, Select) else None
        if reading is None:
            return None
        cursor = session.connection().execute(statement, *given)
        try:
            return reading.result(session, cursor)
        except InvalidRequestError:
            self._known[statement] = None
            return None

    def _of(self, statement: Select[Any]) -> Reading | None:
        """Return the reading of a statement that was met before, if it has one."""
        known: Reading | None = self._known.get(statement, _NEVER_MET)
        if known is _NEVER_MET:  # one that is made anew each time is never met again
            self._known[statement] = _MET_ONCE
            return None
        if known is _MET_ONCE:
            known = self._known[statement] = _reading_of(statement)
        return known


_NEVER_MET: Any = object()
_MET_ONCE: Any = object()


def _reading_of(statement: Select[Any]) -> Reading | None:
    if statement.get_execution_options().keys() - _UNDERSTOOD:
        return None
    if any(not isinstance(each, LoaderCriteriaOption) for each in statement._with_options):
        return None
    described = statement.column_descriptions
    entities = [each for each in described if each["expr"] is each.get("entity")]
    if entities and not all(isinstance(each["name"], str) for each in described):
        return None
    if not all(_is_entity(each["expr"]) and _is_plain(each["expr"]) for each in entities):
        return None
    return Reading(statement)


def _is_entity(part: Any) -> bool:
    return isinstance(part, type)


def _is_plain(entity: Any) -> bool:
    mapper: Mapper[Any] = entity.__mapper__
    listens = mapper.class_manager.dispatch
    return (
        len(mapper.attrs) == len(mapper.local_table.c) > 1
        and mapper.inherits is None
        and mapper.polymorphic_on is None
        and not any(each.deferred for each in mapper.column_attrs)
        and not (listens.load or listens.refresh)
    )


def _places(cursor: CursorResult[Any], columns: Sequence[Any]) -> Sequence[int]:
    """Return where these columns stand in a row; there is no other name for it."""
    return list(cursor._metadata._indexes_for_keys(columns))


def _value(place: int) -> Make:
    return lambda _session, row: row[place]


def _entity(mapper: Mapper[Any], cursor: CursorResult[Any], *, anew: bool) -> Make:
    names = [mapper.get_property_by_column(each).key for each in mapper.local_table.c]
    values_of = itemgetter(*_places(cursor, list(mapper.local_table.c)))
    key_of = itemgetter(*_places(cursor, list(mapper.primary_key)))
    entity, is_single = mapper.class_, len(mapper.primary_key) == 1

    def make(session: Session, row: Any) -> Any:
        key = (key_of(row),) if is_single else key_of(row)
        if None in key:
            return None
        identity = (entity, key, None)
        found = session.identity_map.get(identity)
        if found is None:
            return _made(session, mapper, identity, dict(zip(names, values_of(row), strict=True)))
        if anew or len(found.__dict__) <= len(names):  # an attribute is missing
            _refresh(session, found, dict(zip(names, values_of(row), strict=True)), anew=anew)
        return found

    return make


def _made(session: Session, mapper: Mapper[Any], identity: Any, values: Mapping[str, Any]) -> Any:
    """Return a new object that the session knows as read: what the ORM does, by its own means."""
    made = mapper.class_manager.new_instance()
    state = instance_state(made)
    state.key, state.session_id = identity, session.hash_key
    session.identity_map._add_unpresent(state, identity)
    made.__dict__.update(values)
    if tell := session.dispatch.loaded_as_persistent:
        tell(session, state)
    return made


def _refresh(session: Session, found: Any, values: Mapping[str, Any], *, anew: bool) -> None:
    state, now = instance_state(found), found.__dict__
    lacking = {name: value for name, value in values.items() if anew or name not in now}
    now.update(lacking)
    if anew:
        state._commit_all(now, session.identity_map)
    else:
        state._commit(now, lacking)
