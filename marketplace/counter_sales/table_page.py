"""Decides what stands on the counter's page: goods on the table and their sum, ways to pay, the list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.goods import goods
from marketplace.catalog.pictures import Picture, picture
from marketplace.counter_sales import wares
from marketplace.counter_sales.mandates import mandates
from marketplace.counter_sales.ringing import CASH
from marketplace.counter_sales.wares import Ware
from marketplace.counter_sales.wording import account_words, way
from marketplace.kit.money import rupiah
from marketplace.kit.paging import Page
from marketplace.orders import baskets
from marketplace.orders.baskets import BasketLine, ShopGroup
from marketplace.orders.carts import Wish
from marketplace.payments.models import QRIS, TRANSFER
from marketplace.sellers import money_accounts


@dataclass(frozen=True)
class TablePage:
    """`groups` lie on the table, by shop; `ways` are code, name and note; `shops` may be sold for."""

    groups: Sequence[ShopGroup]
    ways: Sequence[tuple[str, str, str]]
    listed: Page[Ware]
    shops: int

    @property
    def lines(self) -> list[BasketLine]:
        """All that lies on the table."""
        return [line for group in self.groups for line in group.lines]

    @property
    def total(self) -> int:
        """Rupiah for all of it."""
        return sum(group.goods_total for group in self.groups)

    @property
    def pictures(self) -> dict[int, Picture]:
        """The first picture of the goods on the page, by product id."""
        products = [line.product for line in self.lines]
        products += [ware.variant.product for ware in self.listed.rows]
        return {each.id: picture(each.picture_key, each.name) for each in products if each.picture_key}


def read(
    operator: User, village_code: str, pieces: Mapping[int, int], words: str, page: int, *, at: datetime
) -> TablePage:
    """The page of an operator for a village. What may not be sold (any more) is not on the table.

    Raises:
        NotFound: the village is not in this person's care.
    """
    may = mandates(operator, village_code, at=at)
    found = goods(list(pieces)) if pieces else {}
    wishes = [
        Wish(each, 0, each, number, found[each].price)
        for each, number in pieces.items()
        if each in found and found[each].product.shop_id in may
    ]
    groups = baskets.groups(wishes, at=at)
    return TablePage(groups, _ways(groups) if groups else [], wares.wares(may, words, page, at=at), len(may))


def _ways(groups: Sequence[ShopGroup]) -> list[tuple[str, str, str]]:
    """Cash; QRIS and transfer where every shop on the table is paid so, with what goes into which account."""
    ways = [(CASH, way(CASH), str(_("Uangnya masuk kotak gerai.")))]
    for code, kind in ((QRIS, money_accounts.QRIS), (TRANSFER, money_accounts.BANK)):
        accounts = money_accounts.accounts_of([group.shop for group in groups], kind)
        if len(accounts) == len(groups):
            words = ((account_words(accounts[group.shop.id]), group.goods_total) for group in groups)
            ways.append((code, way(code), _into(words)))
    return ways


def _into(parts: Iterable[tuple[str, int]]) -> str:
    sums: dict[str, int] = {}
    for account, amount in parts:
        sums[account] = sums.get(account, 0) + amount
    return "; ".join(
        _("%(sum)s ke %(account)s", sum=rupiah(amount), account=account) for account, amount in sums.items()
    )
