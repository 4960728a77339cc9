"""The highest number of a circle's agreements, decisions, actions and notes, found without reading them all."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("agreement", "decision", "action", "note"):
        op.create_index(f"{table}_number", table, ["negotiation_id", "party_id", "number"])
