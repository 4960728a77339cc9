"""Who put a whole message on record; where somebody is at home; a channel in which another organisation may be."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("agreement", "decision", "action", "note"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("logged_by_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(f"{table}_logged_by", "member", ["logged_by_id"], ["id"])
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("home_team_id", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("home_team_id", existing_type=sa.String(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("channel") as batch:
        for name in ("shared", "sharing_fine"):
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("channel") as batch:
        for name in ("shared", "sharing_fine"):
            batch.alter_column(name, existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
