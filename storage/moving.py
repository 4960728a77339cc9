"""A whole negotiation as plain rows and back, so that it can move to another database.

It goes by the tables as they are declared: a new column comes along by itself, and so does a new table that hangs on
the negotiation, directly or by its first foreign key that must be there. A `party_id` hides a row from everybody but
that party, unless `PUBLIC` says that it only tells whose the row is: what is forgotten here stays private.

Rows are numbered afresh, from 1, among those that are moved: a gap would tell of what is hidden. Only the ids of the
negotiation, its parties and its members stay as they were, for the trail's hashes are taken over them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, Date, Integer, Table, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session, SQLModel, func, insert, or_, select, update

from storage.db import AwareUTC, Exact
from storage.tables import FileStatus

PLACE_ONLY = frozenset(
    {"outbox", "delivered", "reminded", "readiness", "search_entry", "tip_read", "draft", "home_view"}
)
"""What an installation knows of what it has said itself, to whom it gave a tip, who looks, what it derives, and what
nobody has sent yet."""
LEDGER = "ledgerentry"
PUBLIC = frozenset({"member", "confirmation", "minutes_approval", "proposal", "rung", "stream_word"})
PERSONAL = frozenset({"snooze"})
KEPT = frozenset({"negotiation", "party", "member"})
# Ids that no foreign key tells of: the item that is taken up, which hangs on the meeting itself.
_SOFT = {("meeting", "item_id"): "agendaitem"}
_LARGEST = 2**63 - 1
_AT_ONCE = 500

Rows = dict[str, list[dict[str, Any]]]


class Misfit(Exception):
    """Something in the rows cannot be: `place` is where, as in `rows.action[3].due_on`."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


@dataclass(frozen=True)
class Sight:
    """Which parties' private rows are seen, and whether also what people set for themselves alone."""

    parties: Collection[int] = ()
    personal: bool = False


def tables() -> Iterator[Table]:
    """The tables that move, each after those it refers to."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name in PLACE_ONLY | {LEDGER}:
            continue
        if table.name == "person" or "negotiation_id" in table.c or any(_is_owner(column) for column in table.c):
            yield table


def _is_owner(column: "Column[Any]") -> bool:
    """Whether a row cannot be without what this column names; the first such column says what it hangs on."""
    return bool(column.foreign_keys) and not column.nullable


def _target(table: Table, column: "Column[Any]") -> str | None:
    """The table whose ids a column holds."""
    for key in column.foreign_keys:
        return key.column.table.name
    return _SOFT.get((table.name, column.name))


# -- reading --------------------------------------------------------------------------------------------


def read(session: Session, negotiation_id: int, sight: Sight) -> Rows:
    """Every row of a negotiation that may be seen, by table; ids as the module says, values as JSON has them."""
    kept: dict[str, dict[int, int]] = {}
    seen: dict[str, list[dict[str, Any]]] = {}
    for table in tables():
        query = select(*table.c).where(_belongs(table, negotiation_id)).order_by(table.c.id)
        found = [dict(row) for row in session.connection().execute(query).mappings()]
        rows = [row for row in found if _in_sight(table, row, sight, kept)]
        seen[table.name] = rows
        fresh = {row["id"]: place for place, row in enumerate(rows, 1)}
        kept[table.name] = {number: number for number in fresh} if table.name in KEPT else fresh
    return {table.name: [_plain(table, row, sight, kept) for row in seen[table.name]] for table in tables()}


def _belongs(table: Table, negotiation_id: int) -> ColumnElement[bool]:
    everything = SQLModel.metadata.tables
    if table.name == "negotiation":
        return table.c.id == negotiation_id
    if table.name == "person":
        member, negotiation = everything["member"], everything["negotiation"]
        return or_(
            table.c.id.in_(select(member.c.person_id).where(member.c.negotiation_id == negotiation_id)),
            table.c.id.in_(select(negotiation.c.created_by_id).where(negotiation.c.id == negotiation_id)),
        )
    if "negotiation_id" in table.c:
        return table.c.negotiation_id == negotiation_id
    owner = next(column for column in table.c if _is_owner(column))
    above = next(iter(owner.foreign_keys)).column.table
    return owner.in_(select(above.c.id).where(_belongs(above, negotiation_id)))


def _in_sight(table: Table, row: Mapping[str, Any], sight: Sight, kept: Mapping[str, Mapping[int, int]]) -> bool:
    party_id = row.get("party_id")
    if table.name not in PUBLIC and party_id is not None and party_id not in sight.parties:
        return False
    if table.name in PERSONAL and not sight.personal:
        return False
    if table.name == "contract_file" and row["status"] != FileStatus.READ:
        return False  # asked for here, or refused here: it is no part of the record
    needed = [(column, _target(table, column)) for column in table.c if _is_owner(column)]
    return all(row[column.name] in kept[target] for column, target in needed if target is not None)


def _plain(table: Table, row: Mapping[str, Any], sight: Sight, kept: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
    found = {}
    for column in table.c:
        value, target = row[column.name], _target(table, column)
        if column.name == "id":
            value = kept[table.name][value]
        elif target is not None:
            value = kept[target].get(value)
        found[column.name] = _as_json(value)
    if found.get("line", 0) < 0:
        found["line"] = -found["id"]  # what was taken back made room in its message by its own id
    if table.name == "member":
        found["authority"] = found["authority"] if row["party_id"] in sight.parties else []
        found["reminders"] = found["reminders"] if sight.personal else {}
    if table.name == "negotiation":
        found["reminded_on"] = None
    if table.name == "person" and not sight.personal:
        found["home_team_id"], found["left"] = "", False  # learnt anew from Slack
    return found


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


# -- writing --------------------------------------------------------------------------------------------


def write(session: Session, rows: Mapping[str, Any], *, lenient: bool = False) -> int:
    """Add a negotiation to this database from its rows; gives its id. With `lenient`, a column that is missing takes
    its usual value: the rows are those of an older version.

    Raises Misfit where something is missing, of the wrong kind, unknown or here already.
    """
    order = [*tables(), SQLModel.metadata.tables[LEDGER]]
    known = {table.name for table in order}
    for name in rows:
        if name not in known:
            raise Misfit(f"rows.{name}", "there is no such table")
    if not isinstance(rows.get("negotiation"), list) or len(rows["negotiation"]) != 1:
        raise Misfit("rows.negotiation", "there must be exactly one")
    decoded = {table.name: _decoded(table, rows, lenient) for table in order}
    _check_free(session, decoded)
    ids: dict[str, dict[int, int]] = {table.name: _new_ids(session, table, decoded[table.name]) for table in order}
    for table in order:
        placed = _placed(table, decoded[table.name], ids)
        try:
            _insert(session, table, placed)
        except (IntegrityError, DataError) as error:
            raise Misfit(f"rows.{table.name}", f"the database does not take it ({error.orig})") from error
    return int(decoded["negotiation"][0]["id"])


def _decoded(table: Table, rows: Mapping[str, Any], lenient: bool) -> list[dict[str, Any]]:
    place = f"rows.{table.name}"
    if table.name not in rows:
        if lenient:
            return []
        raise Misfit(place, "it is missing")
    listed = rows[table.name]
    if not isinstance(listed, list):
        raise Misfit(place, "it is not a list")
    found = [_decoded_row(table, row, f"{place}[{number}]", lenient) for number, row in enumerate(listed)]
    if len({row["id"] for row in found}) < len(found):
        raise Misfit(place, "two rows have the same `id`")
    return found


def _decoded_row(table: Table, row: Any, place: str, lenient: bool) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise Misfit(place, "it is not an object")
    for name in row:
        if name not in table.c:
            raise Misfit(f"{place}.{name}", "there is no such column")
    found = {}
    for column in table.c:
        if column.name in row:
            found[column.name] = _value(column, row[column.name], f"{place}.{column.name}")
        elif lenient and column.name != "id":
            found[column.name] = _usual(column, f"{place}.{column.name}")
        else:
            raise Misfit(f"{place}.{column.name}", "it is missing")
    return found


def _usual(column: "Column[Any]", place: str) -> Any:
    """What a column holds that a row of an older version does not have."""
    default = column.default
    if default is not None and default.is_scalar:
        return getattr(default, "arg", None)
    if default is not None and default.is_callable:
        return getattr(default, "arg")(None)  # noqa: B009  (mypy knows no `arg` of defaults)
    if column.nullable:
        return None
    raise Misfit(place, "it is missing, and nothing can stand for it")


def _value(column: "Column[Any]", value: Any, place: str) -> Any:
    if value is None:
        if column.nullable:
            return None
        raise Misfit(place, "it must not be null")
    kind = column.type
    if isinstance(kind, JSON):
        return value
    if isinstance(kind, Boolean):
        return _typed(value, bool, "true or false", place)
    if isinstance(kind, Integer):
        if isinstance(value, bool) or abs(_typed(value, int, "a whole number", place)) > _LARGEST:
            raise Misfit(place, "it is not a whole number")
        return value
    words = _typed(value, str, "text", place)
    if isinstance(kind, AwareUTC):
        return _parsed(_instant, words, "an instant with its offset, such as 2026-11-26T10:00:00+00:00", place)
    if isinstance(kind, Date):
        return _parsed(date.fromisoformat, words, "a date, such as 2026-11-26", place)
    if isinstance(kind, Exact):
        return _parsed(_decimal, words, 'a decimal in words, such as "2.5"', place)
    return words


def _typed(value: Any, kind: type, said: str, place: str) -> Any:
    if not isinstance(value, kind):
        raise Misfit(place, f"it is not {said}")
    return value


def _parsed(read_it: Callable[[str], Any], words: str, said: str, place: str) -> Any:
    try:
        return read_it(words)
    except (ValueError, InvalidOperation) as error:
        raise Misfit(place, f"it is not {said}") from error


def _instant(words: str) -> datetime:
    instant = datetime.fromisoformat(words)
    if instant.tzinfo is None:
        raise ValueError(words)
    return instant


def _decimal(words: str) -> Decimal:
    number = Decimal(words)
    if not number.is_finite():
        raise ValueError(words)
    return number


def _check_free(session: Session, decoded: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Ids that must stay as they are must not be anybody else's here, nor a channel bound to another table."""
    for name in sorted(KEPT):
        table = SQLModel.metadata.tables[name]
        wanted = [row["id"] for row in decoded[name]]
        for begin in range(0, len(wanted), _AT_ONCE):
            query = select(table.c.id).where(table.c.id.in_(wanted[begin : begin + _AT_ONCE])).order_by(table.c.id)
            taken = session.connection().execute(query.limit(1)).scalar()
            if taken is not None:
                raise Misfit(
                    f"rows.{name}[{wanted.index(taken)}].id",
                    f"number {taken} belongs to another negotiation in this database, and the trail's hashes are "
                    "taken over it, so it cannot be changed. Import into an empty database",
                )
    channel = SQLModel.metadata.tables["channel"]
    for number, row in enumerate(decoded["channel"]):
        bound = select(channel.c.id).where(
            channel.c.team_id == row["team_id"], channel.c.channel_id == row["channel_id"]
        )
        if session.connection().execute(bound).first() is not None:
            raise Misfit(
                f"rows.channel[{number}].channel_id",
                f"the channel {row['channel_id']} belongs to another negotiation in this database",
            )


def _new_ids(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """For each id of the file, the id here."""
    if table.name in KEPT:
        return {row["id"]: row["id"] for row in rows}
    last = session.connection().execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    found = {row["id"]: last + place for place, row in enumerate(sorted(rows, key=lambda row: row["id"]), 1)}
    if table.name == "person":
        found |= {row["id"]: here for row in rows if (here := _known_person(session, table, row)) is not None}
    return found


def _known_person(session: Session, table: Table, row: Mapping[str, Any]) -> int | None:
    query = select(table.c.id).where(table.c.team_id == row["team_id"], table.c.user_id == row["user_id"])
    return session.connection().execute(query).scalar()


def _placed(table: Table, rows: Sequence[dict[str, Any]], ids: Mapping[str, Mapping[int, int]]) -> list[dict[str, Any]]:
    """The rows with the ids that they and what they refer to have here."""
    found = []
    for number, row in enumerate(rows):
        placed = {**row, "id": ids[table.name][row["id"]]}
        for column in table.c:
            target, value = _target(table, column), row[column.name]
            if target is None or value is None:
                continue
            if value not in ids[target]:
                raise Misfit(f"rows.{table.name}[{number}].{column.name}", f"there is no {value} in rows.{target}")
            placed[column.name] = ids[target][value]
        if placed.get("line", 0) < 0:
            placed["line"] = -placed["id"]
        found.append(placed)
    return found


def _insert(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    connection = session.connection()
    if table.name == "person":
        rows = list(_new_people(session, table, rows))
    ordered, model = _in_order(table, rows), _models()[table.name]
    for begin in range(0, len(ordered), _AT_ONCE):
        part = ordered[begin : begin + _AT_ONCE]
        if table.name == LEDGER:
            connection.execute(insert(table), part)
            continue
        # As objects, so that whatever else follows what a session writes follows these too.
        session.add_all([model(**row) for row in part])
        session.flush()
    if rows and connection.dialect.name == "postgresql":
        # Its counter knows nothing of ids that were given to it.
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), (SELECT max(id) FROM " + table.name + "))"),  # noqa: S608
            {"name": table.name},
        )


def _models() -> dict[str, type[SQLModel]]:
    return {str(mapper.local_table): mapper.class_ for mapper in SQLModel._sa_registry.mappers}


def _in_order(table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row after those of its own table that it refers to, as a milestone does to the one it hangs on."""
    own = [column.name for column in table.c if column.foreign_keys and _target(table, column) == table.name]
    if not own:
        return list(rows)
    by_id = {row["id"]: row for row in rows}
    needs = {row["id"]: {row[name] for name in own if row[name] not in (None, row["id"])} for row in rows}
    try:
        return [by_id[number] for number in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        raise Misfit(f"rows.{table.name}", "some of them refer to each other in a circle") from error


def _new_people(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those not known here yet; the others are called as in the file, until Slack says otherwise."""
    for row in rows:
        if _known_person(session, table, row) is None:
            yield row
        else:
            session.connection().execute(update(table).where(table.c.id == row["id"]).values(name=row["name"]))
