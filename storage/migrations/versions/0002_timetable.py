"""The timetable: milestones on a date, in a month, or by a rule."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("planned", sa.Date(), nullable=True),
        sa.Column("month", sa.String(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("baseline", sa.Date(), nullable=True),
        sa.Column("baseline_month", sa.String(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("planned IS NULL OR month IS NULL", name="date_or_month"),
        sa.CheckConstraint("(after_id IS NULL) = (count IS NULL)", name="rule_whole"),
        sa.ForeignKeyConstraint(["after_id"], ["milestone.id"]),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("negotiation_id", "ref"),
    )
