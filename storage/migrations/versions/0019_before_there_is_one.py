"""What somebody typed before there is a negotiation may be kept."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.alter_column("negotiation_id", existing_type=sa.Integer(), nullable=True)
