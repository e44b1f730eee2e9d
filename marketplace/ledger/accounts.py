"""Decides the names of the ledger's accounts. Debit is positive, credit negative, in whole rupiah."""

ESCROW = "platform:escrow"
FEES = "platform:fees"
BUYER_REFUNDS = "buyer:refunds"


def clearing(provider: str) -> str:
    """Money that lies at a payment provider for the platform."""
    return f"platform:clearing:{provider}"


def payable(shop_id: int) -> str:
    """What the platform owes a shop (a credit balance)."""
    return f"seller:payable:{shop_id}"


def receivable(shop_id: int) -> str:
    """What a shop owes the platform: fees on cash sales (a debit balance)."""
    return f"seller:receivable:{shop_id}"
