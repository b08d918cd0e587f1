"""Telling: parts, sittings, rules with four eyes, a code per holder, and an end to the proof of consent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("sitting",)
"""Added to those of v0001."""

PROOF = ("consent_event", "sitting")


def upgrade() -> None:
    op.create_table(
        "part",
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("added_at", sa.String(40), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Integer(), nullable=True),
        sa.Column("source_format", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_part_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", "number", name=op.f("pk_part")),
    )
    op.create_table(
        "sitting",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=False),
        sa.Column("notice_language", sa.Text(), nullable=False),
        sa.Column("notice_sha256", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_sitting_story_id_story")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sitting")),
        sa.UniqueConstraint("id", name=op.f("uq_sitting_id")),
    )
    op.create_index("ix_sitting_story_id", "sitting", ["story_id"], unique=False)
    op.create_table(
        "proof_over",
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_proof_over_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_proof_over")),
    )
    op.create_table(
        "rule",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.String(40), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("kind", "language", "version", name=op.f("pk_rule")),
    )
    _receipt_per_holder()
    if op.get_bind().dialect.name == "postgresql":
        _triggers_postgresql()
    else:
        _triggers_sqlite()


def _receipt_per_holder() -> None:
    """A story had one code; the parent of a child gets one of their own."""
    with op.batch_alter_table("receipt") as receipt:
        receipt.add_column(sa.Column("holder", sa.Text(), server_default="verteller", nullable=False))
        receipt.drop_constraint("uq_receipt_story_id", type_="unique")
    op.create_index("ix_receipt_story_id_holder", "receipt", ["story_id", "holder"], unique=True)


def _triggers_sqlite() -> None:
    op.execute("DROP TRIGGER consent_event_refuses_delete")
    op.execute(
        "CREATE TRIGGER sitting_refuses_update BEFORE UPDATE ON sitting BEGIN SELECT RAISE(ABORT, 'append_only'); END"
    )
    for table in PROOF:
        op.execute(  # names of our own
            f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} "  # noqa: S608
            "WHEN NOT EXISTS (SELECT 1 FROM proof_over WHERE story_id = OLD.story_id) "
            "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
        )


def _triggers_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION proof_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT 1 FROM proof_over WHERE story_id = OLD.story_id) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'append_only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute("DROP TRIGGER consent_event_append_only ON consent_event")
    for table in PROOF:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_proof_only BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION proof_only()"
        )


def downgrade() -> None:
    raise NotImplementedError("going back would lose what tellers gave; restore a backup instead")
