"""Damages to refunds, their lines, and what was written because of them, one row each."""

from tests.operations.damage import (
    BACK_ENTRY,
    BACK_FACT,
    BACK_LINE,
    GIVEN_BACK,
    GIVEN_BEFORE,
    GIVEN_BY_HAND,
    HAND_ENTRY,
    Damage,
    change,
    remove,
)

OF_ORDER = "SELECT id FROM seller_order WHERE number = '{refunded_before}'"
SHELF_LINE = BACK_LINE.replace("seller:1", "seller:2")
SHARE = GIVEN_BACK.replace("r.id", "r.split_id")

REFUNDS = (
    change("kembali", "payment_split", SHARE, "owed = owed - 1", "share {row}: owes"),
    change("kembali", "refund", GIVEN_BACK, "goods = goods - 1", "refund {row}: goods"),
    change("kembali", "refund", GIVEN_BACK, "fee = fee + 1", "refund {row}: fee"),
    change("kembali", "refund", GIVEN_BACK, "village_fee = 0", "refund {row}: fee of the village"),
    change("kembali", "refund", GIVEN_BACK, "after_sale = NOT after_sale", "{row}: on the wrong side of"),
    change("kembali", "refund", GIVEN_BEFORE, "after_sale = NOT after_sale", "{row}: on the wrong side of"),
    change(
        "kembali",
        "refund",
        f"{GIVEN_BACK.replace('seller:1', 'seller:2')}",
        "delivery = delivery * 2, goods = 0",
        "seller order {refunded_after}: gave back",
        what="refund: more delivery than was paid",
    ),
    change("kembali", "refund_line", BACK_LINE, "amount = amount + 1", "goods"),
    change("kembali", "refund_line", BACK_LINE, "fee = fee + 1", "fee of what is kept"),
    change("kembali", "refund_line", BACK_LINE, "village_fee = village_fee + 1", "village of what is kept"),
    change(
        "kembali",
        "refund_line",
        BACK_LINE,
        "quantity = 9",
        "gave back 10 of 3 pieces",
        what="refund_line: more pieces than were sold",
    ),
    remove("kembali", "refund_line", BACK_LINE, "goods"),
    *(
        change("kembali", "seller_order", OF_ORDER, f"{column} = {column} + 1", f"gave back {part}")
        for column, part in (
            ("goods_back", "goods"),
            ("delivery_back", "delivery"),
            ("fee_back", "fee"),
            ("village_fee_back", "fee of the village"),
        )
    ),
)
BOOKED = (
    change("bukubesar", "refund", GIVEN_BACK, "on_payable = on_payable - 1", "refund-owed {refunded_after}"),
    change("bukubesar", "refund", GIVEN_BACK, "on_village_payable = 0", "refund-owed {refunded_after}"),
    change("bukubesar", "refund", GIVEN_BY_HAND, "way = 'bank'", "refund-owed {refunded_cash}"),
    change("bukubesar", "ledger_entry", BACK_ENTRY, "amount = amount + 1", "refund-owed {refunded_after}"),
    change("bukubesar", "ledger_entry", HAND_ENTRY, "amount = amount + 1", "refund-owed {refunded_cash}"),
    change("bukubesar", "refund", GIVEN_BEFORE, "goods = goods - 1", "sale {refunded_before}, account"),
)
SHELF = (
    change("stok", "refund_line", SHELF_LINE, "restocked = 0", "{refunded_after}:seller:2, variant"),
    change(
        "stok", "refund_line", SHELF_LINE, "quantity = quantity + 1", "completed lines less what went back"
    ),
)
FACTS = (
    change("fakta", "sale_fact", BACK_FACT, "net = net - 1", "{row}: net is", key="source"),
    change("fakta", "sale_fact", BACK_FACT, "quantity = 5", "{row}: quantity is", key="source"),
    remove("fakta", "sale_fact", BACK_FACT, "was refunded, but has no fact", key="source"),
    change(
        "fakta",
        "refund",
        GIVEN_BEFORE,
        "after_sale = NOT after_sale",
        "was refunded, but has no fact",
        what="refund: on the other side of its sale",
    ),
)
DAMAGES: tuple[Damage, ...] = (*REFUNDS, *BOOKED, *SHELF, *FACTS)
