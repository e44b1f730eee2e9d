"""Guards in the database: what is written once stays, and a seller order moves only along its table of steps.

SQLite drops a table's triggers when a later batch migration rebuilds the table: such a migration calls `guard` again.
"""

from alembic import op

revision = "20261122b"
down_revision = "20261122a"
branch_labels = None
depends_on = None

NEITHER = ("UPDATE", "DELETE")
APPEND_ONLY = {
    "ledger_posting": NEITHER,
    "ledger_entry": NEITHER,
    "stock_movement": NEITHER,
    "seller_order_event": NEITHER,
    "provider_event": NEITHER,
    "order_line": NEITHER,
    "sale_fact": ("UPDATE",),
}
FROZEN = {
    "customer_order": ("number", "buyer_key", "total", "placed_at"),
    "seller_order": (
        "order_id",
        "number",
        "shop_id",
        "village_code",
        "goods_total",
        "delivery_fee",
        "total",
        "fee",
    ),
}


def upgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            "CREATE FUNCTION refuse_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NOT EXISTS (SELECT 1 FROM seller_order_edge WHERE from_status = OLD.status AND to_status = NEW.status) "
            "THEN RAISE EXCEPTION 'no step from % to %', OLD.status, NEW.status; END IF; RETURN NEW; END $$"
        )
    for table, changes in APPEND_ONLY.items():
        for change in changes:
            guard(f"{table}_no_{change.lower()}", change, table, sqlite)
    for table, columns in FROZEN.items():
        guard(f"{table}_frozen", f"UPDATE OF {', '.join(columns)}", table, sqlite)
    if sqlite:
        op.execute(
            "CREATE TRIGGER seller_order_step BEFORE UPDATE OF status ON seller_order "
            "WHEN OLD.status <> NEW.status AND NOT EXISTS (SELECT 1 FROM seller_order_edge "
            "WHERE from_status = OLD.status AND to_status = NEW.status) "
            "BEGIN SELECT RAISE(ABORT, 'no such step'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER seller_order_step BEFORE UPDATE OF status ON seller_order FOR EACH ROW "
            "WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION refuse_step()"
        )


def guard(name, change, table, sqlite):
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade():
    sqlite = op.get_bind().dialect.name == "sqlite"
    names = [
        (f"{table}_no_{change.lower()}", table)
        for table, changes in APPEND_ONLY.items()
        for change in changes
    ]
    names += [(f"{table}_frozen", table) for table in FROZEN] + [("seller_order_step", "seller_order")]
    for name, table in names:
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
    if not sqlite:
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP FUNCTION refuse_step()")
