"""New-media accounts: what a register files of them, the day's bridges, authorisations, what people saw by hand."""

import sqlalchemy as sa
from alembic import op

import tracker.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("target", schema=None) as batch_op:
        for name in ("account_id", "former_names", "owner"):
            batch_op.add_column(sa.Column(name, sa.String(length=300), nullable=False, server_default=""))
        for name in ("homepage", "qr_code"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_control", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_counted", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("answered", sa.Integer(), nullable=False, server_default="0"))
    # Until now an account was visited by its roads or not at all.
    op.execute(
        "UPDATE visit SET answered = 1 WHERE state = 'visited'"
        " AND target_id IN (SELECT id FROM target WHERE kind = 'account')"
    )
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", tracker.types.Moment(timezone=True), nullable=False),
        sa.Column("newest_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=300), nullable=False),
        sa.Column("decided_at", tracker.types.Moment(timezone=True), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_sighting_link_id_link")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_sighting_target_id_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("link_id", name=op.f("uq_sighting_link_id")),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index("ix_sighting_target_id_seen_at", ["target_id", "seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sighting_state"), ["state"], unique=False)
    op.create_table(
        "bridge_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bridge", sa.String(length=300), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("accounts", "broken", "posted", "quiet", "fallen", "controls", "living")
        ),
        sa.Column("trouble", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("routes", sa.JSON(), nullable=False),
        sa.Column("released_at", tracker.types.Moment(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=300), nullable=False),
        sa.Column("released_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_day")),
        sa.UniqueConstraint("day", "bridge", name=op.f("uq_bridge_day_day_bridge")),
    )
    op.create_table(
        "authorisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("set_at", tracker.types.Moment(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=300), nullable=False),
        sa.Column("ends_at", tracker.types.Moment(timezone=True), nullable=True),
        sa.Column("refresh_ends_at", tracker.types.Moment(timezone=True), nullable=True),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("authorise_again_on", sa.Date(), nullable=True),
        sa.Column("renewed_at", tracker.types.Moment(timezone=True), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=False),
        sa.Column("refused_at", tracker.types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
        sa.UniqueConstraint("issuer", "account", name=op.f("uq_authorisation_issuer_account")),
    )


def downgrade() -> None:
    op.drop_table("authorisation")
    op.drop_table("bridge_day")
    op.drop_table("sighting")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_column("answered")
        batch_op.drop_column("is_counted")
    with op.batch_alter_table("target", schema=None) as batch_op:
        for name in ("is_control", "qr_code", "homepage", "owner", "former_names", "account_id"):
            batch_op.drop_column(name)
