"""Damages to the notas, one row each."""

from tests.operations.damage import CORRECTION, NOTA, change, remove

SOLD = "seller order {cash_completed}"
NOTAS = (
    remove("nota", "nota", NOTA, f"{SOLD}: packed 1 times, notas 0"),
    remove(
        "nota", "nota", CORRECTION, "seller order {called_off} (cancelled_by_seller): notas and corrections"
    ),
    change("nota", "nota", NOTA, "sequence = sequence + 100", "papers, the last one has number 1"),
    change("nota", "nota", NOTA, "number = 'N-1-2026-00099'", "nota N-1-2026-00099: is paper"),
    change("nota", "nota", NOTA, "shop_id = 2, sequence = 1001", "but " + SOLD + " is another"),
    change("nota", "nota", NOTA, "goods = goods + 1, delivery = delivery - 1", f"{SOLD}: goods"),
    change("nota", "nota", NOTA, "total = total + 1, goods = goods + 1", f"{SOLD}: goods"),
    change(
        "nota",
        "nota",
        NOTA,
        f"content = (SELECT content FROM nota WHERE id = ({CORRECTION}))",
        f"{SOLD}: line",
    ),
    change("nota", "nota", CORRECTION, "total = total + 1, goods = goods + 1", "its lines"),
    change(
        "nota",
        "order_line",
        "SELECT min(l.id) FROM order_line l JOIN seller_order s ON s.id = l.seller_order_id "
        "WHERE s.number = '{cash_completed}'",
        "product_name = 'Lain'",
        f"{SOLD}: line",
    ),
    change(
        "nota",
        "seller_order_event",
        "SELECT e.id FROM seller_order_event e JOIN seller_order s ON s.id = e.seller_order_id "
        "WHERE s.number = '{cash_open}'",
        "to_status = 'packed'",
        "seller order {cash_open}: packed 1 times, notas 0",
    ),
)
