"""Damages to what is known of money that providers took back; those to its own rows are in tests/payments."""

from tests.operations.damage import SELLER_ORDER, SENT_REFUND, Damage, change

DAMAGES: tuple[Damage, ...] = (
    change(
        "penarikan",
        "seller_order",
        SELLER_ORDER,
        "contested_at = placed_at",
        "seller order {cash_open}: money in doubt",
    ),
    change("penarikan", "refund", SENT_REFUND, "returned = 1", "refund {row}: came back 1"),
)
