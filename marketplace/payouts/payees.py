"""Decides who is paid out: a shop or a village, and which accounts of the ledger are theirs."""

from typing import NamedTuple

from marketplace.ledger import accounts

SHOPS = accounts.payable(0).removesuffix("0")
VILLAGES = accounts.village_payable("")


class Payee(NamedTuple):
    """Exactly one of the two is set. Sorted in the order in which payees are locked: shops, then villages."""

    village_code: str = ""
    shop_id: int = 0

    @property
    def payable(self) -> str:
        """The account of what DesaMart owes them."""
        return accounts.payable(self.shop_id) if self.shop_id else accounts.village_payable(self.village_code)

    @property
    def receivable(self) -> str:
        """The account of what they owe DesaMart."""
        if self.shop_id:
            return accounts.receivable(self.shop_id)
        return accounts.village_receivable(self.village_code)


def payee_of(payable: str) -> Payee:
    """Whose payable account this is.

    Raises:
        ValueError: it is no such account.
    """
    if payable.startswith(SHOPS):
        return Payee(shop_id=int(payable.removeprefix(SHOPS)))
    if payable.startswith(VILLAGES):
        return Payee(village_code=payable.removeprefix(VILLAGES))
    raise ValueError(f"{payable} is nobody's payable account")
