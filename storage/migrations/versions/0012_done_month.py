"""A milestone that was done in a month of which no day is known; what a source leaves open of a finding."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("milestone") as batch:
        batch.add_column(sa.Column("done_month", sa.String(), nullable=True))
        batch.create_check_constraint("done_once", "done_on IS NULL OR done_month IS NULL")
    with op.batch_alter_table("finding") as batch:
        batch.add_column(sa.Column("remark", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("finding") as batch:
        batch.alter_column("remark", existing_type=sa.Text(), existing_nullable=False, server_default=None)
