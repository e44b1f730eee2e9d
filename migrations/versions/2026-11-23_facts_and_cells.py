"""Facts know their circumstances and outcomes; sums are kept by dirty marks.

Circumstances, outcomes and exclusions are written once (triggers; a rebuild may empty the outcomes). Cells and tallies
are made from them, so nothing guards them. Facts that were written before know no circumstances until
`desamart facts rebuild` has run.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261123t1"
down_revision = "20261122s8"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = {
    "sale_circumstance_no_update": ("sale_circumstance", "UPDATE"),
    "sale_circumstance_no_delete": ("sale_circumstance", "DELETE"),
    "fact_exclusion_no_update": ("fact_exclusion", "UPDATE"),
    "fact_exclusion_no_delete": ("fact_exclusion", "DELETE"),
    "outcome_fact_no_update": ("outcome_fact", "UPDATE"),
}
SUMS = (
    *(
        "net",
        "positive",
        "cashless",
        "shops",
        "lines",
        "orders",
        "villages_selling",
        "buyers",
        "repeat_buyers",
    ),
    *("squares", "positive_shops", "sectors", "entropy_micro", "unggulan", "branded", "packaged", "licensed"),
    *("nib_shops", "ring_village", "ring_district", "ring_regency", "ring_province", "ring_outside"),
    *("buyers_village", "buyers_district", "buyers_regency", "buyers_province", "buyers_outside", "outlet"),
    *("farmers", "farmers_known", "women", "women_known", "grams", "weighed", "ended", "kept", "delivered"),
    *("collected", "ways", "timed", "median_minutes", "p90_minutes", "villages_ended", "households"),
    *("households_net", "known_households", "verified", "active_products", "fresh_products", "micro"),
    *("micro_households", "villages_seen", "outlet_days", "outlet_calendar", "villages_outlet"),
)


def upgrade():
    _of_the_sale()
    _outcomes()
    _cells()
    _tallies()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, change) in GUARDS.items():
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {refuse}")


def _of_the_sale():
    for column in (
        sa.Column("seller_order_id", KEY, server_default=sa.text("0"), nullable=False),
        sa.Column("section", sa.String(length=1), server_default="", nullable=False),
        sa.Column("grade", sa.String(length=20), server_default="", nullable=False),
        sa.Column("shop_kind", sa.String(length=12), server_default="", nullable=False),
        *(
            sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            for name in ("unggulan", "branded", "packaged", "licensed", "nib")
        ),
        sa.Column("farmer", sa.Boolean(), nullable=True),
        sa.Column("woman_led", sa.Boolean(), nullable=True),
    ):
        op.add_column("sale_fact", column)
    op.drop_index("ix_sale_fact_place", "sale_fact")
    op.create_index(
        "ix_sale_fact_place", "sale_fact", ["village_code", "month", "shop_id", "net", "payment_method"]
    )
    op.create_table(
        "sale_circumstance",
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("brand", sa.String(length=60), nullable=False),
        sa.Column("unggulan", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("packaged", sa.Boolean(), nullable=False),
        sa.Column("licensed", sa.Boolean(), nullable=False),
        sa.Column("nib", sa.Boolean(), nullable=False),
        sa.Column("shop_kind", sa.String(length=12), nullable=False),
        sa.Column("shop_section", sa.String(length=1), nullable=False),
        sa.Column("registration", sa.String(length=60), nullable=True),
        sa.Column("farmer", sa.Boolean(), nullable=True),
        sa.Column("woman_led", sa.Boolean(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_sale_circumstance_order_line_id_order_line")
        ),
        sa.PrimaryKeyConstraint("order_line_id", name=op.f("pk_sale_circumstance")),
    )
    op.create_table(
        "fact_exclusion",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_order_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_fact_exclusion_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_fact_exclusion_by_id_account")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"],
            ["seller_order.id"],
            name=op.f("fk_fact_exclusion_seller_order_id_seller_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_exclusion")),
        sa.UniqueConstraint("seller_order_id", name=op.f("uq_fact_exclusion_seller_order_id")),
    )


def _outcomes():
    op.create_table(
        "outcome_fact",
        sa.Column("seller_order_id", KEY, autoincrement=False, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("delivery_method", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("ended_by", sa.String(length=10), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("harvest_on", sa.Date(), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_outcome_fact_month")),
        sa.PrimaryKeyConstraint("seller_order_id", name=op.f("pk_outcome_fact")),
    )
    op.create_index(
        "ix_outcome_fact_place",
        "outcome_fact",
        ["village_code", "month", "status", "delivery_method", "minutes"],
    )


def _cells():
    op.create_table(
        "cell",
        sa.Column("period_key", sa.String(length=7), nullable=False),
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        *(
            # Squares of rupiah need more than 64 bits: they are kept as digits.
            sa.Column(
                name,
                sa.String(length=40) if name == "squares" else sa.BigInteger(),
                server_default=sa.text("'0'"),
                nullable=False,
            )
            for name in SUMS
        ),
        sa.PrimaryKeyConstraint("period_key", "region_code", name=op.f("pk_cell")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "first_sale",
        sa.Column("region_code", sa.String(length=13), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("region_code", name=op.f("pk_first_sale")),
    )
    op.create_table(
        "dirty_cell",
        sa.Column("id", KEY, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("turn", sa.String(length=32), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_cell")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dirty_cell_since", "dirty_cell", ["since"])
    op.create_index("ix_dirty_cell_place", "dirty_cell", ["counted", "village_code", "month"])


def _tallies():
    whole, maybe = {"nullable": False}, {"nullable": True}
    _tally(
        "shop_month",
        sa.Column("shop_id", KEY, autoincrement=False, nullable=False),
        sa.Column("net", sa.BigInteger(), **whole),
        sa.Column("nib", sa.BigInteger(), **maybe),
        keys=("shop_id",),
    )
    _tally(
        "buyer_month",
        sa.Column("buyer_key", sa.String(length=32), nullable=False),
        sa.Column("ring", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.BigInteger(), **whole),
        keys=("buyer_key", "ring"),
    )
    _tally(
        "product_month",
        sa.Column("product_id", KEY, autoincrement=False, nullable=False),
        sa.Column("unggulan", sa.BigInteger(), **whole),
        sa.Column("branded", sa.BigInteger(), **whole),
        sa.Column("packaged", sa.BigInteger(), **whole),
        sa.Column("licensed", sa.BigInteger(), **maybe),
        keys=("product_id",),
    )
    _tally(
        "goods_month",
        sa.Column("category_slug", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("section", sa.String(length=1), nullable=False),
        sa.Column("net", sa.BigInteger(), **whole),
        sa.Column("grams", sa.BigInteger(), **whole),
        sa.Column("weighed", sa.BigInteger(), **whole),
        keys=("category_slug", "grade", "section"),
    )


def _tally(name, *columns, keys):
    op.create_table(
        name,
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("village_code", "month", *keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def downgrade():
    tables = ("goods_month", "product_month", "buyer_month", "shop_month", "dirty_cell", "first_sale", "cell")
    for table in (*tables, "outcome_fact", "fact_exclusion", "sale_circumstance"):
        op.drop_table(table)
    added = ("unggulan", "branded", "packaged", "licensed", "nib", "farmer", "woman_led")
    for column in (*added, "shop_kind", "grade", "section", "seller_order_id"):
        op.drop_column("sale_fact", column)
    op.drop_index("ix_sale_fact_place", "sale_fact")
    op.create_index("ix_sale_fact_place", "sale_fact", ["village_code", "month"])
