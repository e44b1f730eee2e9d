"""Permits are records of their own; a shop confirms its stock.

A permit never changes but for its latest verdict and the reminders that were sent; decisions and what it covers
are only added to. Triggers guard that.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122s3"
down_revision = "20261122s2"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WRITTEN = "shop_id, kind, number, holder, issued_on, expires_on, picture_key, covers_all, follows_id, added_by, added_at"
GUARDS = {
    "permit_frozen": f"UPDATE OF {WRITTEN}",
    "permit_no_delete": "DELETE",
    "permit_product_no_update": "UPDATE",
    "permit_product_no_delete": "DELETE",
    "permit_decision_no_update": "UPDATE",
    "permit_decision_no_delete": "DELETE",
}


def upgrade():
    make_permits()
    make_gaps()
    add_freshness()
    for name, change in GUARDS.items():
        guard(name, change)


def make_permits():
    op.create_table(
        "permit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("picture_key", sa.String(length=32), nullable=False),
        sa.Column("covers_all", sa.Boolean(), nullable=False),
        sa.Column("follows_id", KEY, nullable=True),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reminded", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('nib','pirt','md','halal','sni','psat','merek')", name=op.f("ck_permit_kind")
        ),
        sa.CheckConstraint("verdict IN ('waiting','verified','rejected')", name=op.f("ck_permit_verdict")),
        sa.CheckConstraint("number <> ''", name=op.f("ck_permit_number")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_permit_shop_id_shop")),
        sa.ForeignKeyConstraint(["follows_id"], ["permit.id"], name=op.f("fk_permit_follows_id_permit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit")),
    )
    op.create_index(op.f("ix_permit_shop_id"), "permit", ["shop_id"])
    op.create_index(op.f("ix_permit_follows_id"), "permit", ["follows_id"])
    op.create_index(op.f("ix_permit_verdict"), "permit", ["verdict"])
    op.create_index("ix_permit_end", "permit", ["expires_on", "reminded"])
    op.create_table(
        "permit_product",
        sa.Column("permit_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["permit_id"], ["permit.id"], name=op.f("fk_permit_product_permit_id_permit")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_permit_product_product_id_product")
        ),
        sa.PrimaryKeyConstraint("permit_id", "product_id", name=op.f("pk_permit_product")),
    )
    op.create_index(op.f("ix_permit_product_product_id"), "permit_product", ["product_id"])
    op.create_table(
        "permit_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("permit_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by", KEY, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('verified','rejected')", name=op.f("ck_permit_decision_verdict")),
        sa.ForeignKeyConstraint(
            ["permit_id"], ["permit.id"], name=op.f("fk_permit_decision_permit_id_permit")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_permit_decision_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_decision")),
    )
    op.create_index(op.f("ix_permit_decision_permit_id"), "permit_decision", ["permit_id"])


def make_gaps():
    op.create_table(
        "permit_gap",
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_permit_gap_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_permit_gap")),
    )
    op.create_index("ix_permit_gap_due", "permit_gap", ["closed_at", "due_on"])
    op.create_table(
        "permit_exemption",
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("stated_by", sa.String(length=40), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_permit_exemption_product_id_product")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_permit_exemption")),
    )


def add_freshness():
    """Plain columns: nothing is built anew. What is there already counts as confirmed when it was published."""
    op.add_column("product", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("product", sa.Column("fresh", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("product", sa.Column("low_at", sa.BigInteger(), nullable=False, server_default="3"))
    op.add_column("variant", sa.Column("low_told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("shop", sa.Column("stock_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_product_list", "product")
    op.create_index("ix_product_list", "product", ["status", "fresh", "published_at", "id"])


def guard(name, change):
    table = next(
        (table for table in ("permit_product", "permit_decision") if name.startswith(table)), "permit"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    op.drop_index("ix_product_list", "product")
    op.create_index("ix_product_list", "product", ["status", "published_at", "id"])
    for table, column in (
        ("shop", "stock_asked_at"),
        ("variant", "low_told"),
        ("product", "low_at"),
        ("product", "fresh"),
        ("product", "confirmed_at"),
    ):
        op.drop_column(table, column)
    for table in ("permit_exemption", "permit_gap", "permit_decision", "permit_product", "permit"):
        op.drop_table(table)
