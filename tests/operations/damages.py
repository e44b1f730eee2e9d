"""Every way in which one row can go wrong that a proof must name, as SQL that goes past the guards."""

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
FACT = "SELECT max(source) FROM sale_fact"
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
        _disarm(self.table)
        db.session.execute(text(self.change.format(row=row, **known)))
        return self.named.format(row=row, **known)


def _disarm(table: str) -> None:
    """Take the guards off a table of this test's own database."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    guards = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for guard in list(db.session.scalars(guards, {"table": table})):
        db.session.execute(text(f"DROP TRIGGER {guard}"))


def _update(
    proof: str, table: str, row: str, change: str, named: str, *, key: str = "id", what: str = ""
) -> Damage:
    statement = f"UPDATE {table} SET {change} WHERE {key} = '{{row}}'"
    return Damage(
        proof, what or f"{table}: {change.split(' = ', maxsplit=1)[0]}", table, row, statement, named
    )


def _delete(proof: str, table: str, row: str, named: str, *, key: str = "id") -> Damage:
    return Damage(proof, f"{table}: gone", table, row, f"DELETE FROM {table} WHERE {key} = '{{row}}'", named)


STOCK = (
    _update(
        "stok", "variant", "SELECT min(id) FROM variant", "on_hand = on_hand + 1", "variant {row}: on_hand"
    ),
    _update(
        "stok",
        "stock_movement",
        MOVEMENT,
        "quantity = quantity - 1",
        "seller order {cash_completed}, variant",
    ),
    _update("stok", "stock_movement", MOVEMENT, "reference = 'DM-1-1'", "seller order DM-1-1, variant"),
    _update(
        "stok", "stock_movement", MOVEMENT, "kind = 'adjusted'", "seller order {cash_completed}, variant"
    ),
    _update(
        "stok",
        "stock_movement",
        "SELECT min(id) FROM stock_movement WHERE kind = 'received'",
        "kind = 'sold'",
        "seller order awal:",
        what="stock_movement: a sale of nobody",
    ),
    _update(
        "stok",
        "stock_movement",
        MOVEMENT,
        "variant_id = variant_id + 1",
        "seller order {cash_completed}, variant",
    ),
    _delete("stok", "stock_movement", MOVEMENT, "seller order {cash_completed}, variant"),
    _update("stok", "order_line", LINE, "stocked = NOT stocked", "seller order {cash_open}, variant"),
    _update(
        "stok",
        "order_line",
        LINE,
        "quantity = quantity * 2, total = total * 2",
        "seller order {cash_open}, variant",
    ),
    _update("stok", "stock_hold", HOLD, "quantity = quantity + 1", "seller order {card_waiting}, variant"),
    _update("stok", "stock_hold", HOLD, "ended_at = expires_at", "seller order {card_waiting}, variant"),
    _update(
        "stok",
        "stock_hold",
        HOLD,
        "expires_at = (SELECT min(placed_at) FROM customer_order)",
        "seller order {card_waiting}, variant",
    ),
    _update(
        "stok",
        "stock_hold",
        "SELECT id FROM stock_hold WHERE reference = '{card_expired}'",
        "ended_at = NULL",
        "seller order {card_expired}, variant",
        what="stock_hold: come back to life",
    ),
    _update("stok", "product", CHIPS, "sold = sold + 1", "product {row}: counts"),
)
TOTALS = (
    _update(
        "jumlah",
        "customer_order",
        f"SELECT order_id FROM seller_order WHERE id = ({SELLER_ORDER})",
        "total = total + 1",
        "order {cash_open_order}: total",
    ),
    _update(
        "jumlah",
        "seller_order",
        SELLER_ORDER,
        "goods_total = goods_total + 1, total = total + 1",
        "seller order {cash_open}: goods",
    ),
    _update(
        "jumlah",
        "seller_order",
        SELLER_ORDER,
        "delivery_fee = delivery_fee + 1, total = total + 1",
        "order {cash_open_order}: total",
    ),
    _update("jumlah", "seller_order", SELLER_ORDER, "fee = fee + 1", "seller order {cash_open}: fee"),
    _update(
        "jumlah",
        "order_line",
        LINE,
        "unit_price = unit_price + 1, total = total + quantity",
        "seller order {cash_open}: goods",
    ),
    _update("jumlah", "order_line", LINE, "fee = fee + 1", "order line {row}: fee by its rate"),
    _update("jumlah", "order_line", LINE, "fee_bp = fee_bp * 2", "order line {row}: fee by its rate"),
    _update("jumlah", "order_line", LINE, "shop_id = shop_id + 1", "order line {row}: another shop"),
    _update(
        "jumlah",
        "order_line",
        LINE,
        "village_code = '18.09.10.2005'",
        "order line {row}: another shop or village than seller order {cash_open}",
    ),
    _delete("jumlah", "order_line", LINE, "seller order {cash_open}: goods"),
)
HISTORY = (
    _update(
        "riwayat",
        "seller_order",
        SELLER_ORDER,
        "status = 'accepted'",
        "seller order {cash_open}: is accepted",
    ),
    _update(
        "riwayat",
        "seller_order_event",
        STEP,
        "from_status = 'accepted'",
        "seller order {cash_completed}: stood at",
    ),
    _update(
        "riwayat",
        "seller_order_event",
        STEP,
        "to_status = 'accepted'",
        "seller order {cash_completed}: is completed",
    ),
    _delete("riwayat", "seller_order_event", STEP, "seller order {cash_completed}: is completed"),
    _delete(
        "riwayat",
        "seller_order_event",
        f"SELECT id FROM seller_order_event WHERE seller_order_id = ({SELLER_ORDER})",
        "seller order {cash_open}: is awaiting_confirmation, its last step led to nothing",
    ),
)
SHARES = (
    _update("bagian", "payment_attempt", PAYMENT, "amount = amount + 1", "payment {row}: amount", key="key"),
    _update(
        "bagian", "payment_attempt", PAYMENT, "status = 'expired'", "payment {row}: must be paid 0", key="key"
    ),
    _update(
        "bagian",
        "payment_split",
        SHARE,
        "asked = asked + 1, paid = paid + 1",
        "seller order {card_open}: must",
    ),
    _update("bagian", "payment_split", SHARE, "paid = 0", "seller order {card_open}: must be paid"),
    _update("bagian", "payment_split", SHARE, "refunded = 1", "share {row}: refunded 1"),
    _update(
        "bagian",
        "payment_split",
        SHARE,
        f"seller_order_id = ({SELLER_ORDER})",
        "has a share for seller order {cash_open} of another order",
    ),
    _delete(
        "bagian",
        "payment_split",
        SHARE.replace("card_open", "cash_delivered"),
        "seller order {cash_delivered}: must be paid",
    ),
    _update(
        "bagian",
        "payment_attempt",
        PAYMENT.replace("card_open", "card_waiting"),
        "status = 'paid'",
        "payment {row}: must be paid",
        key="key",
        what="payment_attempt: paid by nobody",
    ),
    _update(
        "bagian",
        "provider_event",
        REFERENCE,
        "amount = amount * 100",
        "payment {row}: counts as",
        key="reference",
    ),
    _delete("bagian", "provider_event", REFERENCE, "payment {row}: counts as paid", key="reference"),
    _update(
        "bagian", "refund", REFUND, "amount = amount - 1", "seller order {card_declined}: must be paid 0"
    ),
    _delete("bagian", "refund", REFUND, "seller order {card_declined}: must be paid 0"),
    Damage(
        "bagian",
        "refund: sent without a share that says so",
        "refund",
        REFUND,
        "UPDATE refund SET status = 'succeeded', settled_at = owed_at WHERE id = '{row}'",
        "refunded 0, refunds that arrived",
    ),
    Damage(
        "bagian",
        "refund: taken back",
        "refund",
        SENT_REFUND,
        "UPDATE refund SET status = 'due', settled_at = NULL WHERE id = '{row}'",
        "refunds that arrived 0",
    ),
    _update(
        "bagian",
        "payment_split",
        SENT_SHARE,
        "refunded = refunded - 1",
        "share {row}: refunded",
        what="payment_split: refunded less than was sent",
    ),
)
LEDGER = (
    _update(
        "bukubesar",
        "ledger_entry",
        CASH_ENTRY,
        "amount = amount + 1",
        "posting sale {cash_completed}: lines sum to 1",
    ),
    _update(
        "bukubesar",
        "ledger_entry",
        CARD_ENTRY,
        "account = 'seller:payable:999'",
        "sale {card_completed}, account seller:payable:999",
    ),
    _update("bukubesar", "ledger_entry", PAID_ENTRY, "account = 'platform:fees'", "escrow: open orders hold"),
    _delete("bukubesar", "ledger_entry", CASH_ENTRY, "posting sale {cash_completed}: lines sum to"),
    _update("bukubesar", "ledger_posting", CASH_POSTING, "reference = 'nobody'", "sale nobody, account"),
    _update("bukubesar", "ledger_posting", CASH_POSTING, "kind = 'gift'", "gift {cash_completed}, account"),
    _update(
        "bukubesar", "ledger_posting", REFUND_POSTING, "reference = 'nobody'", "refund-owed {card_declined}:"
    ),
    Damage(
        "bukubesar",
        "ledger_posting: without lines",
        "ledger_posting",
        CASH_POSTING,
        "INSERT INTO ledger_posting (kind, reference, happened_at, created_at) "
        "SELECT 'gift', 'empty', happened_at, created_at FROM ledger_posting WHERE id = '{row}'",
        "posting gift empty: lines sum to 0",
    ),
    _update("bukubesar", "refund", REFUND, "amount = amount - 1", "refund-owed {card_declined}:"),
    _update(
        "bukubesar",
        "ledger_posting",
        SENT_POSTING,
        "reference = 'nobody'",
        "refund-sent {late_owed}:",
        what="ledger_posting: a refund sent to nobody",
    ),
    _update("bukubesar", "ledger_entry", SENT_ENTRY, "amount = amount + 1", "clearing stripe: paid less"),
    _update(
        "bukubesar",
        "ledger_entry",
        SENT_ENTRY,
        "amount = amount - 9000000",
        "clearing stripe: -",
        what="ledger_entry: more sent back than ever came",
    ),
    Damage(
        "bukubesar",
        "refund: sent and not booked",
        "refund",
        REFUND,
        "UPDATE refund SET status = 'succeeded', settled_at = owed_at WHERE id = '{row}'",
        "refund-sent {card_declined}:",
    ),
    _update(
        "bukubesar",
        "seller_order",
        "SELECT id FROM seller_order WHERE number = '{card_completed}'",
        "platform_collects = NOT platform_collects",
        "sale {card_completed}, account platform:escrow",
    ),
)
FACTS = (
    _update("fakta", "sale_fact", FACT, "net = net + 1", "{row}: net is", key="source"),
    _update(
        "fakta", "sale_fact", FACT, "village_code = '18.09.10.2005'", "{row}: village_code is", key="source"
    ),
    _update("fakta", "sale_fact", FACT, "month = '2026-12'", "{row}: month is", key="source"),
    _delete("fakta", "sale_fact", FACT, "{row}: order line", key="source"),
    Damage(
        "fakta",
        "sale_fact: twice",
        "sale_fact",
        FACT,
        f"INSERT INTO sale_fact (source, {FACT_COLUMNS}) SELECT 'sale:0', {FACT_COLUMNS} FROM sale_fact "
        "WHERE source = '{row}'",
        "sale:0: there is a fact",
    ),
    _update(
        "fakta",
        "seller_order",
        "SELECT id FROM seller_order WHERE number = '{cash_completed}'",
        "self_purchase = NOT self_purchase",
        "there is a fact, but order line",
    ),
)
OUTBOX = (
    _update(
        "antrean",
        "outbox_delivery",
        RECEIPT,
        "done_at = NULL, error = 'broken' ",
        "event {row}, ",
        key="event_id",
    ),
    _delete(
        "antrean",
        "outbox_delivery",
        RECEIPT,
        "event {row} (seller_order.completed): handed on",
        key="event_id",
    ),
)
INDEX = (
    _update("indeks", "product", CHIPS, "name = 'Lain sama sekali'", "product {row}: stale"),
    _update("indeks", "product", CHIPS, "status = 'paused'", "product {row}: superfluous"),
    _update("indeks", "shop", "SELECT min(id) FROM shop", "status = 'suspended'", ": superfluous"),
    Damage(
        "indeks",
        "product: one more",
        "product",
        CHIPS,
        f"INSERT INTO product (slug, sold, {PRODUCT_COLUMNS}) SELECT 'kembar', 0, {PRODUCT_COLUMNS} "
        "FROM product WHERE id = '{row}'",
        ": missing",
    ),
)
DAMAGES = (*STOCK, *TOTALS, *HISTORY, *SHARES, *LEDGER, *FACTS, *OUTBOX, *INDEX)
