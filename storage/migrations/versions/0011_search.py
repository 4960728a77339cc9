"""An index of people's words, in which everything is found; `storage.search` fills it for what is there already."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("negotiation_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["negotiation_id"], ["negotiation.id"]),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "row_id"),
    )
    op.create_index("search_entry_ref", "search_entry", ["negotiation_id", "ref"])
    if op.get_bind().dialect.name == "sqlite":
        # `ascii` takes every other character for a letter: the words come cut and folded by storage/words.py.
        # Two characters before each word say whose it is, so these are beginnings of two, three and four letters.
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5("
            "words, content='', columnsize=0, tokenize='ascii', prefix='4 5 6')"
        )
        return
    op.execute("CREATE TABLE search_words (id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX search_words_gin ON search_words USING gin (words)")
