"""Issued drafts with the schedules they lack; promises and where they went."""

import sqlalchemy as sa
from alembic import op

from storage.db import AwareUTC

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("version_key", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("pen_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.ForeignKeyConstraint(["issued_by_id"], ["party.id"]),
        sa.ForeignKeyConstraint(["pen_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("negotiation_id", "ref"),
        sa.UniqueConstraint("negotiation_id", "title_key", "version_key"),
    )
    op.create_table(
        "missingschedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("received_at", AwareUTC(), nullable=True),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"]),
        sa.ForeignKeyConstraint(["received_by_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document_id", "number"),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("promised_by_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", AwareUTC(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'carried', 'waived')", name="status_known"),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.ForeignKeyConstraint(["promised_by_id"], ["party.id"]),
        sa.ForeignKeyConstraint(["settled_by_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("negotiation_id", "ref"),
    )
