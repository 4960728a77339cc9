"""The tips that people have been given."""

import sqlalchemy as sa
from alembic import op

from storage.db import AwareUTC

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tip_read",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("tip", sa.String(), nullable=False),
        sa.Column("at", AwareUTC(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id", "tip"),
    )
