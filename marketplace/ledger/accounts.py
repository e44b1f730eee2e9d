"""Decides the names of the ledger's accounts. Debit is positive, credit negative, in whole rupiah."""

ESCROW = "platform:escrow"
FEES = "platform:fees"
BUYER_REFUNDS = "buyer:refunds"
BANK = "platform:bank"
PROVIDER_FEES = "platform:provider-fees"
"""What payment providers charged the platform (a debit balance)."""

PAYOUTS = "platform:payouts"
"""Money on its way to shops and villages: claimed by a payout, not confirmed yet (a credit balance)."""

DISPUTED = "platform:disputed"
"""What providers hold back because a payment is disputed, until it is won, or lost and placed (a debit)."""

UNCLEAR = "platform:unclear"
"""What providers gave back by themselves and nobody has placed yet (a debit balance)."""

LOSSES = "platform:losses"
"""What providers took back and no order bears: DesaMart does (a debit balance)."""


def clearing(provider: str) -> str:
    """Money that lies at a payment provider for the platform."""
    return f"platform:clearing:{provider}"


def payable(shop_id: int) -> str:
    """What the platform owes a shop (a credit balance)."""
    return f"seller:payable:{shop_id}"


def receivable(shop_id: int) -> str:
    """What a shop owes the platform: fees on cash sales (a debit balance)."""
    return f"seller:receivable:{shop_id}"


def village_payable(code: str) -> str:
    """What the platform owes a village: its share of the fees and of deliveries (a credit balance)."""
    return f"village:payable:{code}"


def village_receivable(code: str) -> str:
    """What a village owes the platform: shares of sales that were refunded after its payout (a debit)."""
    return f"village:receivable:{code}"
