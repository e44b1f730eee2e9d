"""Goods come from files, in the background; a seller's own code names goods whenever a file comes again."""

import sqlalchemy as sa
from alembic import op

revision = "20261122s7"
down_revision = "20261122s6"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
COUNTS = (
    "line_count",
    "photo_count",
    "added",
    "changed",
    "unchanged",
    "refused",
    "lines_done",
    "photos_done",
)


def upgrade():
    op.add_column("product", sa.Column("own_code", sa.String(length=40), nullable=False, server_default=""))
    given = sa.text("own_code <> ''")
    op.create_index(
        "uq_product_own_code",
        "product",
        ["shop_id", "own_code"],
        unique=True,
        sqlite_where=given,
        postgresql_where=given,
    )
    op.create_table(
        "goods_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTS),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("problems", "changes", "ignored", "kept")),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('checked','waiting','running','done','failed','cancelled')",
            name=op.f("ck_goods_import_state"),
        ),
        sa.CheckConstraint("mode IN ('','semua','benar')", name=op.f("ck_goods_import_mode")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_goods_import_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_import")),
        sa.UniqueConstraint("key", name=op.f("uq_goods_import_key")),
    )
    op.create_index(op.f("ix_goods_import_shop_id"), "goods_import", ["shop_id"])
    op.create_index("ix_goods_import_open", "goods_import", ["state", "id"])


def downgrade():
    op.drop_table("goods_import")
    op.drop_index("uq_product_own_code", "product")
    op.drop_column("product", "own_code")
