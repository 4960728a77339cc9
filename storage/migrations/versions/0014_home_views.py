"""Who looks at App Home and what was published there; open actions by the one who recorded them."""

import sqlalchemy as sa
from alembic import op

from storage.db import AwareUTC

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "home_view",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("chosen_id", sa.Integer(), sa.ForeignKey("negotiation.id"), nullable=True),
        sa.Column("looked_at", AwareUTC(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("slack_hash", sa.String(), nullable=False),
        sa.Column("published_at", AwareUTC(), nullable=True),
        sa.Column("wait_until", AwareUTC(), nullable=True),
        sa.UniqueConstraint("team_id", "user_id"),
    )
    op.create_index("ix_home_view_looked_at", "home_view", ["looked_at"])
    op.create_index(
        "action_recorded",
        "action",
        ["author_id", "party_id", "due_on"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
