"""Damages to what was paid straight to sellers, one row each."""

from tests.operations.damage import HOLD, PAYMENT, SELLER_ORDER, SHARE, change, remove

OPEN_SHARE = SHARE.replace("card_open", "direct_open")
OPEN_PAYMENT = PAYMENT.replace("card_open", "direct_open")
WAITING_PROOF = "SELECT id FROM payment_proof WHERE verdict = 'waiting'"

DIRECT = (
    change(
        "bagian",
        "payment_split",
        OPEN_SHARE,
        "asked = asked + 1, paid = paid + 1",
        "seller order {direct_open}: to be paid directly",
        what="payment_split: another sum asked directly",
    ),
    change(
        "bagian",
        "payment_attempt",
        OPEN_PAYMENT,
        "account_id = NULL",
        "seller order {direct_open}: to be paid directly",
        key="key",
        what="payment_attempt: into no account",
    ),
    change(
        "bagian",
        "payment_attempt",
        OPEN_PAYMENT.replace("direct_open", "direct_waiting"),
        "status = 'paid'",
        "payment {row}: must be paid",
        key="key",
        what="payment_attempt: paid directly and nobody said so",
    ),
    remove(
        "bagian",
        "provider_event",
        OPEN_PAYMENT.replace("a.key", "a.reference"),
        "payment {row}: counts as paid",
        key="reference",
    ),
    change(
        "bagian",
        "payment_proof",
        WAITING_PROOF,
        "verdict = 'accepted', decided_at = sent_at",
        "is not paid, but its proof {row} was accepted",
    ),
    change(
        "jumlah",
        "seller_order",
        SELLER_ORDER.replace("cash_open", "direct_open"),
        "payment_code = payment_code + 1, total = total + 1",
        ": total",
        what="seller_order: another code",
    ),
    change(
        "stok",
        "stock_hold",
        HOLD.replace("card_waiting", "direct_waiting"),
        "expires_at = (SELECT min(placed_at) FROM customer_order)",
        "seller order {direct_waiting}, variant",
        what="stock_hold: over before the proof was looked at",
    ),
)
