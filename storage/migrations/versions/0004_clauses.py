"""Clauses, what is proposed for them, and packages."""

import sqlalchemy as sa
from alembic import op

from storage.db import AwareUTC

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("negotiation_id", "name"),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("national", sa.Boolean(), nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("legal", sa.String(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=True),
        sa.Column("parked_until", sa.Date(), nullable=True),
        sa.Column("streams", sa.JSON(), nullable=False),
        sa.Column("escalated_to_id", sa.Integer(), nullable=True),
        sa.Column("level_up", sa.Integer(), nullable=True),
        sa.Column("settle_by", sa.Date(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('not_started', 'open', 'proposed', 'countered', 'agreed_in_principle', "
            "'agreed_subject_to_contract', 'parked', 'escalated', 'disputed', 'reopened', 'withdrawn', 'agreed_final')",
            name="status_known",
        ),
        sa.ForeignKeyConstraint(["escalated_to_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("negotiation_id", "number", "left_out"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('standing', 'countered', 'replaced', 'lapsed', 'withdrawn')", name="status_known"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clause_id", "number"),
    )
    op.create_table(
        "contract_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("unplaced", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint("status IN ('asked', 'read', 'refused')", name="status_known"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contract_file_negotiation_id", "contract_file", ["negotiation_id"])
    op.create_index("ix_contract_file_status", "contract_file", ["status"])
    op.create_table(
        "issued",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clause_id", "issue"),
    )
    op.create_table(
        "stream_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"]),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clause_id", "stream", "party_id"),
    )
    op.create_table(
        "rung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("negotiation_id", "level", "party_id"),
    )
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("authority", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("member") as batch:
        batch.alter_column("authority", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("clause_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("because", sa.Text(), nullable=False, server_default=""))
        batch.create_foreign_key("agreement_clause_id_fkey", "clause", ["clause_id"], ["id"])
        batch.create_index("ix_agreement_clause_id", ["clause_id"])
        batch.drop_constraint("status_known", type_="check")
        batch.create_check_constraint(
            "status_known", "status IN ('awaiting', 'agreed', 'objected', 'reopened', 'withdrawn', 'undone')"
        )
    with op.batch_alter_table("agreement") as batch:
        batch.alter_column("because", existing_type=sa.Text(), existing_nullable=False, server_default=None)
