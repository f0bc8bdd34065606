"""Why a second look could not confirm yet, and what was seen in the trial period (摸底期)."""

import sqlalchemy as sa
from alembic import op

import tracker.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lacks", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("trial", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("released_at", tracker.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_column("released_at")
        batch_op.drop_column("trial")
        batch_op.drop_column("lacks")
