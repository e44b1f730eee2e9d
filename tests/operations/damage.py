"""Decides what a damage is: one row changed or removed by SQL, past the guards of the database."""

from dataclasses import asdict, dataclass

from sqlalchemy import text

from marketplace.extensions import db
from tests.operations.history import History

MOVEMENT = "SELECT id FROM stock_movement WHERE kind = 'sold' AND reference = '{cash_completed}'"
LINE = (
    "SELECT l.id FROM order_line l JOIN seller_order s ON s.id = l.seller_order_id "
    "WHERE s.number = '{cash_open}'"
)
HOLD = "SELECT id FROM stock_hold WHERE reference = '{card_waiting}'"
SELLER_ORDER = "SELECT id FROM seller_order WHERE number = '{cash_open}'"
STEP = (
    "SELECT max(e.id) FROM seller_order_event e JOIN seller_order s ON s.id = e.seller_order_id "
    "WHERE s.number = '{cash_completed}'"
)
_OF_CARD = "JOIN seller_order s ON s.id = p.seller_order_id WHERE s.number = '{card_open}'"
SHARE = f"SELECT p.id FROM payment_split p {_OF_CARD}"
PAYMENT = f"SELECT a.key FROM payment_attempt a JOIN payment_split p ON p.attempt_id = a.id {_OF_CARD}"
REFERENCE = PAYMENT.replace("a.key", "a.reference")
REFUND = (
    "SELECT r.id FROM refund r JOIN payment_split p ON p.id = r.split_id "
    "JOIN seller_order s ON s.id = p.seller_order_id WHERE s.number = '{card_declined}'"
)
_SALE = (
    "FROM ledger_posting g JOIN ledger_entry e ON e.posting_id = g.id WHERE g.kind = 'sale' AND g.reference ="
)
CARD_ENTRY = f"SELECT e.id {_SALE} '{{card_completed}}' AND e.account LIKE 'seller:payable:%'"
CASH_ENTRY = f"SELECT e.id {_SALE} '{{cash_completed}}' AND e.account LIKE 'seller:receivable:%'"
CASH_POSTING = f"SELECT DISTINCT g.id {_SALE} '{{cash_completed}}'"
PAID_ENTRY = (
    "SELECT min(e.id) FROM ledger_posting g JOIN ledger_entry e ON e.posting_id = g.id "
    "WHERE g.kind = 'payment' AND e.account = 'platform:escrow'"
)
REFUND_POSTING = (
    "SELECT id FROM ledger_posting WHERE kind = 'refund-owed' AND reference LIKE '{card_declined}:%'"
)
SENT_REFUND = REFUND.replace("card_declined", "late_owed")
SENT_SHARE = SENT_REFUND.replace("r.id", "p.id")
SENT_POSTING = "SELECT id FROM ledger_posting WHERE kind = 'refund-sent' AND reference LIKE '{late_owed}:%'"
SENT_ENTRY = (
    "SELECT id FROM ledger_entry WHERE account = 'platform:clearing:stripe' "
    f"AND posting_id = ({SENT_POSTING})"
)
NOTA = (
    "SELECT n.id FROM nota n JOIN seller_order s ON s.id = n.seller_order_id "
    "WHERE s.number = '{cash_completed}'"
)
CORRECTION = NOTA.replace("cash_completed", "called_off") + " AND n.kind = 'correction'"
GIVEN_BACK = REFUND.replace("card_declined", "refunded_after") + " AND r.reason = 'seller:1'"
GIVEN_BEFORE = REFUND.replace("card_declined", "refunded_before")
GIVEN_BY_HAND = REFUND.replace("card_declined", "refunded_cash")
BACK_LINE = f"SELECT min(id) FROM refund_line WHERE refund_id = ({GIVEN_BACK})"
BACK_FACT = f"SELECT 'refund:' || ({BACK_LINE})"
BACK_ENTRY = (
    "SELECT max(e.id) FROM ledger_posting g JOIN ledger_entry e ON e.posting_id = g.id "
    "WHERE g.kind = 'refund-owed' AND g.reference LIKE '{refunded_after}:%' "
    "AND e.account LIKE 'seller:payable:%'"
)
HAND_ENTRY = BACK_ENTRY.replace("refunded_after", "refunded_cash").replace("payable", "receivable")
FACT = "SELECT max(source) FROM sale_fact"
OUTCOME = "SELECT max(seller_order_id) FROM outcome_fact WHERE status = 'completed'"
SOLD_IN = "SELECT max(region_code) FROM cell WHERE level = 'village' AND net > 0"
SHOP_SOLD = "SELECT max(shop_id) FROM shop_month WHERE net > 0"
RECEIPT = "SELECT max(event_id) FROM outbox_delivery WHERE handler = 'indicators.record_sale'"
CHIPS = "SELECT id FROM product WHERE slug = 'keripik-pisang'"
PRODUCT_COLUMNS = (
    "shop_id, category_slug, name, description, unit, sector, fulfilment, net_weight_g, shipping_weight_g, "
    "status, created_at, updated_at, published_at"
)
FACT_COLUMNS = (
    "happened_at, day, month, village_code, shop_id, product_id, product_name, category_slug, sector, "
    "quantity, unit, grams, net, payment_method, delivery_method, destination_code, buyer_key, channel, "
    "order_line_id"
)


@dataclass(frozen=True)
class Damage:
    """One row made wrong: `row` finds it, `change` spoils it, `named` is what the proof has to say.

    All three may name orders of the history in braces; `named` also `{row}`.
    """

    proof: str
    what: str
    table: str
    row: str
    change: str
    named: str

    def name(self) -> str:
        """What a list of tests calls it."""
        return f"{self.proof} {self.what}"

    def do(self, past: History) -> str:
        """Spoil the row within the running transaction; what the proof must say now."""
        known = asdict(past)
        row = db.session.scalar(text(self.row.format(**known)))
        assert row is not None, self.row.format(**known)
        disarm(self.table)
        for statement in self.change.format(row=row, **known).split("; "):
            db.session.execute(text(statement))
        return self.named.format(row=row, **known)


def disarm(table: str) -> None:
    """Take the guards off a table of this test's own database."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    guards = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for guard in list(db.session.scalars(guards, {"table": table})):
        db.session.execute(text(f"DROP TRIGGER {guard}"))


def change(
    proof: str, table: str, row: str, change: str, named: str, *, key: str = "id", what: str = ""
) -> Damage:
    statement = f"UPDATE {table} SET {change} WHERE {key} = '{{row}}'"
    return Damage(
        proof, what or f"{table}: {change.split(' = ', maxsplit=1)[0]}", table, row, statement, named
    )


def remove(proof: str, table: str, row: str, named: str, *, key: str = "id") -> Damage:
    return Damage(proof, f"{table}: gone", table, row, f"DELETE FROM {table} WHERE {key} = '{{row}}'", named)
