"""Money is paid out to shops and villages, and comes from providers to the bank.

What a payout is stays, and it moves only along its steps; its account changes only when a failed transfer is sent
anew; a claim is given up once; events and settlements are append-only. Triggers guard all of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122e"
down_revision = "20261122d"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NO_STEP = (
    "OLD.status <> NEW.status AND NOT (OLD.status = 'draft' AND NEW.status IN ('approved', 'rejected') "
    "OR OLD.status IN ('approved', 'failed') AND NEW.status = 'sent' "
    "OR OLD.status = 'sent' AND NEW.status IN ('confirmed', 'failed'))"
)
NOT_SENT_ANEW = "NOT (OLD.status = 'failed' AND NEW.status = 'sent')"
# Trigger -> what it stands before, and under which condition it refuses (empty: always).
REFUSALS = {
    "payout_batch_frozen": ("UPDATE OF number, created_by, created_at", ""),
    "payout_batch_approved": ("UPDATE OF approved_by, approved_at", "OLD.approved_by IS NOT NULL"),
    "payout_batch_no_delete": ("DELETE", ""),
    "payout_frozen": ("UPDATE OF number, batch_id, shop_id, village_code, gross, set_off, net", ""),
    "payout_step": ("UPDATE OF status", NO_STEP),
    "payout_account": ("UPDATE OF bank, account_number, holder", NOT_SENT_ANEW),
    "payout_no_delete": ("DELETE", ""),
    "payout_item_frozen": ("UPDATE OF payout_id, entry_id", ""),
    "payout_item_released": ("UPDATE OF released_at", "OLD.released_at IS NOT NULL"),
    "payout_item_no_delete": ("DELETE", ""),
    "payout_event_no_update": ("UPDATE", ""),
    "payout_event_no_delete": ("DELETE", ""),
    "settlement_no_update": ("UPDATE", ""),
    "settlement_no_delete": ("DELETE", ""),
}
GUARDS = {name: change for name, (change, _when) in REFUSALS.items()}
TABLES = ("payout_batch", "payout_item", "payout_event", "payout", "settlement")


def upgrade():
    tables()
    indexes()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (change, when) in REFUSALS.items():
        guard(name, next(table for table in TABLES if name.startswith(f"{table}_")), change, when, sqlite)


def guard(name, table, change, when, sqlite):
    condition = f"WHEN ({when}) " if when else ""
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{table}: {name}'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW {condition}"
            "EXECUTE FUNCTION refuse_change()"
        )


def tables():
    op.create_table(
        "payout_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_payout_batch_approved")
        ),
        sa.CheckConstraint(
            "created_by IS NULL OR approved_by <> created_by", name=op.f("ck_payout_batch_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("fk_payout_batch_approved_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_payout_batch_created_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_batch_number")),
    )
    op.create_table(
        "payout",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("shop_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=13), nullable=True),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("set_off", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("account_number", sa.String(length=34), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft','approved','sent','failed','confirmed','rejected')",
            name=op.f("ck_payout_status"),
        ),
        sa.CheckConstraint("(shop_id IS NULL) <> (village_code IS NULL)", name=op.f("ck_payout_payee")),
        sa.CheckConstraint(
            "net > 0 AND set_off >= 0 AND gross - set_off = net", name=op.f("ck_payout_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_batch_id_payout_batch")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_payout_shop_id_shop")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_payout_village_code_region")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("number", name=op.f("uq_payout_number")),
    )
    op.create_table(
        "payout_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("payout_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_payout_item_entry_id_ledger_entry")
        ),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_payout_item_payout_id_payout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_item")),
    )
    op.create_table(
        "payout_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("payout_id", KEY, nullable=False),
        sa.Column("from_status", sa.String(length=10), nullable=False),
        sa.Column("to_status", sa.String(length=10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("done_by", KEY, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("account_number", sa.String(length=34), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_payout_event_done_by_account")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_payout_event_payout_id_payout")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_event")),
    )
    op.create_table(
        "settlement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False),
        sa.Column("booked_by", KEY, nullable=False),
        sa.CheckConstraint("amount > 0 AND fee >= 0 AND fee < amount", name=op.f("ck_settlement_amounts")),
        sa.ForeignKeyConstraint(["booked_by"], ["account.id"], name=op.f("fk_settlement_booked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("reference", name=op.f("uq_settlement_reference")),
    )


def indexes():
    for table, columns in (
        ("payout", ("batch_id", "shop_id", "village_code")),
        ("payout_item", ("payout_id", "entry_id")),
        ("payout_event", ("payout_id",)),
    ):
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("ix_payout_standing", "payout", ["status", "changed_at"])
    claimed = sa.text("released_at IS NULL")
    op.create_index(
        "uq_payout_item_claimed",
        "payout_item",
        ["entry_id"],
        unique=True,
        sqlite_where=claimed,
        postgresql_where=claimed,
    )


def downgrade():
    for table in ("settlement", "payout_event", "payout_item", "payout", "payout_batch"):
        op.drop_table(table)
