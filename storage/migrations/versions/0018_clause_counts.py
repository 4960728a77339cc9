"""Clauses counted by how they were left, without reading them."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("clause_counted", "clause", ["negotiation_id", "package_id", "left_out", "status"])
