"""What somebody typed before there is a negotiation; who has left Slack, and what people are called besides."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.alter_column("negotiation_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("left", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("left", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("aliases", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("member") as batch:
        batch.alter_column("aliases", existing_type=sa.JSON(), existing_nullable=False, server_default=None)
