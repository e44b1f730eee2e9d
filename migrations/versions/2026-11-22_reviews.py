"""Buyers review what they got; the averages of reviews and the answer rate of a shop are kept with it.

What was written before and what was decided can only be added to: triggers guard both.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122s5"
down_revision = "20261122s4"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = ("review_version", "review_decision")
GUARDS = {f"{table}_no_{change.lower()}": change for table in KEPT for change in ("UPDATE", "DELETE")}
COUNTS = {
    "product": ("rating_sum", "rating_count"),
    "shop": ("rating_sum", "rating_count", "answers_asked", "answers_given", "answer_minutes"),
}


def upgrade():
    for table, names in COUNTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("shop", sa.Column("answers_at", sa.DateTime(timezone=True), nullable=True))
    _reviews()
    _around()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in KEPT:
        for change in ("UPDATE", "DELETE"):
            body = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if sqlite
                else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} {body}")


def _reviews():
    op.create_table(
        "review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("seller_order_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_stars")),
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name=op.f("ck_review_answer")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_review_order_line_id_order_line")
        ),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_review_seller_order_id_seller_order")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_review_product_id_product")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_review_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_review_order_line_id")),
    )
    op.create_index("ix_review_product", "review", ["product_id", "written_at"])
    op.create_index("ix_review_shop", "review", ["shop_id", "written_at"])


def _around():
    op.create_table(
        "review_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_version_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_version")),
    )
    op.create_index(op.f("ix_review_version_review_id"), "review_version", ["review_id"])
    op.create_table(
        "review_photo",
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_photo_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_review_photo_key")),
    )
    op.create_index(op.f("ix_review_photo_review_id"), "review_photo", ["review_id"])
    op.create_table(
        "review_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(length=6), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('hidden','shown')", name=op.f("ck_review_decision_verdict")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_decision_review_id_review")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_review_decision_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decision")),
    )
    op.create_index(op.f("ix_review_decision_review_id"), "review_decision", ["review_id"])


def downgrade():
    for table in ("review_decision", "review_photo", "review_version", "review"):
        op.drop_table(table)
    op.drop_column("shop", "answers_at")
    for table, names in COUNTS.items():
        for name in names:
            op.drop_column(table, name)
