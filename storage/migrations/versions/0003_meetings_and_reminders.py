"""Meetings that recur, move and are answered; gateways that judge; reminders said once; settings."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.db import AwareUTC

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MEETING_STATUS = ("status_known", "status IN ('planned', 'open', 'closed', 'cancelled')")
_NOTE_KIND = ("kind_known", "kind IN ('note', 'reservation', 'parked', 'declaration', 'recommendation')")
_RATING = ("rating_known", "rating IN ('red', 'amber', 'green')")

Check = tuple[str, str]


def upgrade() -> None:
    op.create_table(
        "reminded",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("received_at", AwareUTC(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "number"),
    )
    op.create_table(
        "preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "party_id"),
    )
    op.create_table(
        "snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("action_id", "member_id"),
    )
    op.create_index("ix_snooze_until", "snooze", ["until"])
    _add("negotiation", [("closed_days", sa.JSON(), "[]"), ("reminders", sa.JSON(), "{}"), ("reminded_on", sa.Date())])
    _add("party", [("quorum", sa.Integer(), "1")])
    _add("member", [("reminders", sa.JSON(), "{}")])
    _add(
        "meeting",
        [
            ("purpose", sa.Text(), ""),
            ("ground_rules", sa.Text(), ""),
            ("series_id", sa.Integer()),
            ("sequence", sa.Integer(), "0"),
            ("automatic", sa.Boolean(), sa.false()),
            ("reason", sa.Text(), ""),
        ],
        keys={"series_id": "meeting"},
        new=[_MEETING_STATUS],
    )
    _add("attendance", [("asked", sa.Boolean(), sa.true()), ("reply", sa.String())])
    _add(
        "agendaitem",
        [("owner_id", sa.Integer()), ("minutes", sa.Integer()), ("carried_from_id", sa.Integer())],
        keys={"owner_id": "member", "carried_from_id": "agendaitem"},
    )
    _add("agreement", [("reworded_at", AwareUTC())])
    _add("action", [("milestone_id", sa.Integer())], keys={"milestone_id": "milestone"})
    op.create_index(
        "action_due",
        "action",
        ["negotiation_id", "due_on"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    _add("outbox", [("speak_until", AwareUTC())])
    _add("note", [], new=[_NOTE_KIND])
    _add(
        "milestone",
        [("rating", sa.String()), ("rated_because", sa.Text(), ""), ("removed", sa.Boolean(), sa.false())],
        new=[_RATING],
    )


def _add(
    table: str,
    columns: Sequence[tuple[Any, ...]],
    *,
    keys: dict[str, str] | None = None,
    new: Sequence[Check] = (),
) -> None:
    """Columns (name, type, what rows that are there get; without it the column may be empty), foreign keys, and
    checks: new ones, or with other words."""
    there = {rule["name"] for rule in sa.inspect(op.get_bind()).get_check_constraints(table)}
    with op.batch_alter_table(table) as batch:
        for name, kind, *filled in columns:
            batch.add_column(sa.Column(name, kind, nullable=not filled, server_default=filled[0] if filled else None))
        for column, target in (keys or {}).items():
            batch.create_foreign_key(f"{table}_{column}_fkey", target, [column], ["id"])
        for name, rule in new:
            if name in there:
                batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, rule)
    filled_in = [column for column in columns if len(column) > 2]
    if filled_in:
        with op.batch_alter_table(table) as batch:
            for name, kind, _filled in filled_in:
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
