"""Classes of columns that the office confirmed, and since when a known column is missed."""

import sqlalchemy as sa
from alembic import op

import tracker.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmed_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("at", tracker.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmed_class")),
        sa.UniqueConstraint("site", "name", name=op.f("uq_confirmed_class_site_name")),
    )
    with op.batch_alter_table("seen_column", schema=None) as batch_op:
        batch_op.add_column(sa.Column("missed_since", tracker.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("seen_column", schema=None) as batch_op:
        batch_op.drop_column("missed_since")
    op.drop_table("confirmed_class")
