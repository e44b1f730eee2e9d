"""Decides what weight a courier charges for. Pure rules."""


def billable_kg(grams: int, *, min_kg: int, rounding: str) -> int:
    """Kilograms to pay for.

    `ceil`: each begun kilogram counts. `tolerance_0.3`: up to 300 g over a full one are free (JNE's rule).
    Never less than `min_kg`, nor than 1.
    """
    whole, rest = divmod(grams, 1000)
    allowance = 300 if rounding == "tolerance_0.3" else 0
    return max(whole + (1 if rest > allowance else 0), min_kg, 1)


def fee(billable: int, *, min_kg: int, price_first: int, price_next_kg: int) -> int:
    """Rupiah for `billable` kilograms: one price up to the minimum, then each further kilogram."""
    return price_first + max(0, billable - max(1, min_kg)) * price_next_kg
