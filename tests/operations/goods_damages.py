"""Damages to stock, totals and the history of orders, one row each."""

from tests.operations.damage import (
    CHIPS,
    HOLD,
    LINE,
    MOVEMENT,
    SELLER_ORDER,
    STEP,
    change,
    remove,
)

STANDING = (
    change("penilaian", "product", CHIPS, "rating_count = rating_count + 1", "product {row}: reviews"),
    change("penilaian", "product", CHIPS, "rating_sum = rating_sum + 5", "product {row}: stars"),
    change(
        "penilaian",
        "shop",
        "SELECT min(id) FROM shop WHERE answers_at IS NOT NULL",
        "answers_given = answers_given + 1",
        "shop {row}: answers",
    ),
    change(
        "penilaian",
        "shop",
        "SELECT min(id) FROM shop",
        "rating_count = rating_count + 1",
        "shop {row}: reviews",
    ),
)
STOCK = (
    change(
        "stok", "variant", "SELECT min(id) FROM variant", "on_hand = on_hand + 1", "variant {row}: on_hand"
    ),
    change(
        "stok",
        "stock_movement",
        MOVEMENT,
        "quantity = quantity - 1",
        "seller order {cash_completed}, variant",
    ),
    change("stok", "stock_movement", MOVEMENT, "reference = 'DM-1-1'", "seller order DM-1-1, variant"),
    change("stok", "stock_movement", MOVEMENT, "kind = 'adjusted'", "seller order {cash_completed}, variant"),
    change(
        "stok",
        "stock_movement",
        "SELECT min(id) FROM stock_movement WHERE kind = 'received'",
        "kind = 'sold'",
        "seller order awal:",
        what="stock_movement: a sale of nobody",
    ),
    change(
        "stok",
        "stock_movement",
        MOVEMENT,
        "variant_id = variant_id + 1",
        "seller order {cash_completed}, variant",
    ),
    remove("stok", "stock_movement", MOVEMENT, "seller order {cash_completed}, variant"),
    change("stok", "order_line", LINE, "stocked = NOT stocked", "seller order {cash_open}, variant"),
    change(
        "stok",
        "order_line",
        LINE,
        "quantity = quantity * 2, total = total * 2",
        "seller order {cash_open}, variant",
    ),
    change("stok", "stock_hold", HOLD, "quantity = quantity + 1", "seller order {card_waiting}, variant"),
    change("stok", "stock_hold", HOLD, "ended_at = expires_at", "seller order {card_waiting}, variant"),
    change(
        "stok",
        "stock_hold",
        HOLD,
        "expires_at = (SELECT min(placed_at) FROM customer_order)",
        "seller order {card_waiting}, variant",
    ),
    change(
        "stok",
        "stock_hold",
        "SELECT id FROM stock_hold WHERE reference = '{card_expired}'",
        "ended_at = NULL",
        "seller order {card_expired}, variant",
        what="stock_hold: come back to life",
    ),
    change("stok", "product", CHIPS, "sold = sold + 1", "product {row}: counts"),
)
TOTALS = (
    change(
        "jumlah",
        "customer_order",
        f"SELECT order_id FROM seller_order WHERE id = ({SELLER_ORDER})",
        "total = total + 1",
        "order {cash_open_order}: total",
    ),
    change(
        "jumlah",
        "seller_order",
        SELLER_ORDER,
        "goods_total = goods_total + 1, total = total + 1",
        "seller order {cash_open}: goods",
    ),
    change(
        "jumlah",
        "seller_order",
        SELLER_ORDER,
        "delivery_fee = delivery_fee + 1, total = total + 1",
        "order {cash_open_order}: total",
    ),
    change("jumlah", "seller_order", SELLER_ORDER, "fee = fee + 1", "seller order {cash_open}: fee"),
    change(
        "jumlah",
        "order_line",
        LINE,
        "unit_price = unit_price + 1, total = total + quantity",
        "seller order {cash_open}: goods",
    ),
    change("jumlah", "order_line", LINE, "fee = fee + 1", "order line {row}: fee by its rate"),
    change("jumlah", "order_line", LINE, "fee_bp = fee_bp * 2", "order line {row}: fee by its rate"),
    change(
        "jumlah",
        "seller_order",
        SELLER_ORDER,
        "village_fee = 0",
        "{cash_open}: fee of the village",
    ),
    change("jumlah", "order_line", LINE, "village_fee = 0", "{row}: fee of the village by its"),
    change("jumlah", "order_line", LINE, "village_fee_bp = 90", "{row}: fee of the village by its"),
    change("jumlah", "order_line", LINE, "shop_id = shop_id + 1", "order line {row}: another shop"),
    change(
        "jumlah",
        "order_line",
        LINE,
        "village_code = '18.09.10.2005'",
        "order line {row}: another shop or village than seller order {cash_open}",
    ),
    remove("jumlah", "order_line", LINE, "seller order {cash_open}: goods"),
)
HISTORY = (
    change(
        "riwayat",
        "seller_order",
        SELLER_ORDER,
        "status = 'accepted'",
        "seller order {cash_open}: is accepted",
    ),
    change(
        "riwayat",
        "seller_order_event",
        STEP,
        "from_status = 'accepted'",
        "seller order {cash_completed}: stood at",
    ),
    change(
        "riwayat",
        "seller_order_event",
        STEP,
        "to_status = 'accepted'",
        "seller order {cash_completed}: is completed",
    ),
    remove("riwayat", "seller_order_event", STEP, "seller order {cash_completed}: is completed"),
    remove(
        "riwayat",
        "seller_order_event",
        f"SELECT id FROM seller_order_event WHERE seller_order_id = ({SELLER_ORDER})",
        "seller order {cash_open}: is awaiting_confirmation, its last step led to nothing",
    ),
)
