"""Which version of each page was last sent whole: conditional requests."""

import sqlalchemy as sa
from alembic import op

import tracker.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("whole_at", tracker.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_kept_page_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_page")),
        sa.UniqueConstraint("digest", name=op.f("uq_kept_page_digest")),
    )
    with op.batch_alter_table("kept_page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_page_target_id"), ["target_id"], unique=False)


def downgrade() -> None:
    op.drop_table("kept_page")
