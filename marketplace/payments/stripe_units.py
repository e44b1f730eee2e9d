"""Decides how Stripe's sums and moments become ours.

Stripe counts rupiah in hundredths (IDR is a two-decimal currency there), so Rp12.500 travels as 1250000. That
factor exists in this file and nowhere else. Source: https://docs.stripe.com/currencies (minor units).
"""

from datetime import UTC, datetime

MINOR_UNITS_PER_RUPIAH = 100
CURRENCY = "idr"


def rupiah(minor_units: int | None, currency: str) -> int | None:
    """Whole rupiah of a sum; None where it is no whole number of rupiah or of another currency."""
    if minor_units is None or currency.lower() != CURRENCY or minor_units % MINOR_UNITS_PER_RUPIAH:
        return None
    return minor_units // MINOR_UNITS_PER_RUPIAH


def moment(seconds: int) -> datetime:
    """An epoch second, aware."""
    return datetime.fromtimestamp(seconds, UTC)
