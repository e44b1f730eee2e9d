"""Every seller order has a numbered nota. Triggers guard that nothing on it changes and no number is left out."""

import sqlalchemy as sa
from alembic import op

revision = "20261122f"
down_revision = "20261122e"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDS = {"nota_no_update": "UPDATE", "nota_no_delete": "DELETE", "nota_no_gap": "INSERT"}
NEXT = "(SELECT coalesce(max(sequence), 0) + 1 FROM nota WHERE shop_id = NEW.shop_id)"


def upgrade():
    op.create_table(
        "nota",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("corrects_id", KEY, nullable=True),
        sa.Column("seller_order_id", KEY, nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("goods", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.BigInteger(), nullable=False),
        sa.Column("payment_code", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'nota' AND corrects_id IS NULL AND total >= 0)"
            " OR (kind = 'correction' AND corrects_id IS NOT NULL AND total < 0)",
            name=op.f("ck_nota_kind"),
        ),
        sa.CheckConstraint("goods - discount + delivery + payment_code = total", name=op.f("ck_nota_total")),
        sa.ForeignKeyConstraint(["corrects_id"], ["nota.id"], name=op.f("fk_nota_corrects_id_nota")),
        sa.ForeignKeyConstraint(
            ["seller_order_id"], ["seller_order.id"], name=op.f("fk_nota_seller_order_id_seller_order")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_nota_shop_id_shop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nota")),
        sa.UniqueConstraint("number", name=op.f("uq_nota_number")),
        sa.UniqueConstraint("seller_order_id", "cause", name=op.f("uq_nota_seller_order_id_cause")),
        sa.UniqueConstraint("shop_id", "sequence", name=op.f("uq_nota_shop_id_sequence")),
    )
    op.create_index(op.f("ix_nota_corrects_id"), "nota", ["corrects_id"])
    first = sa.text("kind = 'nota'")
    op.create_index(
        "uq_nota_of_order",
        "nota",
        ["seller_order_id"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite():
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER nota_no_{change.lower()} BEFORE {change} ON nota "
            "BEGIN SELECT RAISE(ABORT, 'nota is append-only'); END"
        )
    op.execute(
        f"CREATE TRIGGER nota_no_gap BEFORE INSERT ON nota WHEN NEW.sequence <> {NEXT} "
        "BEGIN SELECT RAISE(ABORT, 'notas of a shop are numbered without gaps'); END"
    )


def _guard_postgresql():
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER nota_no_{change.lower()} BEFORE {change} ON nota "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.sequence <> {NEXT} THEN RAISE EXCEPTION 'notas of a shop are numbered without gaps'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER nota_no_gap BEFORE INSERT ON nota FOR EACH ROW EXECUTE FUNCTION refuse_gap()")


def downgrade():
    op.drop_table("nota")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_gap()")
