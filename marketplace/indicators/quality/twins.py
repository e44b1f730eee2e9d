"""Decides which shops are probably one and the same: one telephone, one account, or nearly one name."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.sellers.models import VERIFIED, MoneyAccount, Shop

PHONE, ACCOUNT, NAME, SIMILAR = "phone", "account", "name", "similar"
# Forms of business that people write before a name or leave out; what else stands there tells shops apart.
_FORMS = {"toko", "ud", "cv", "pt", "umkm"}
# A shorter word differs by a letter too easily: Sari is not Tari, and Rahma alone is not Rahmat.
_LONG_WORD, _LONG_NAME = 5, 8
Twins = tuple[Shop, Shop, str]


def twins() -> Iterator[Twins]:
    """Pairs of verified shops, each once, with the strongest thing that they share; the older one first.

    Telephones and accounts are compared everywhere, names inside a village.
    """
    shops = db.session.scalars(select(Shop).where(Shop.status == VERIFIED).order_by(Shop.id)).all()
    held = accounts()
    groups: dict[tuple[str, str], list[Shop]] = defaultdict(list)
    for shop in shops:
        groups[PHONE, shop.phone].append(shop)
        for account in sorted(held.get(shop.id, ())):
            groups[ACCOUNT, account].append(shop)
    told: set[tuple[int, int]] = set()
    for what in (PHONE, ACCOUNT):
        for (kind, value), some in groups.items():
            for first, second in pairwise(some if kind == what and value else ()):
                if (first.id, second.id) not in told:
                    told.add((first.id, second.id))
                    yield first, second, what
    for first, second, what in _named_alike(shops):
        if (first.id, second.id) not in told:
            yield first, second, what


def accounts() -> dict[int, set[str]]:
    """The bank accounts and QRIS codes of each shop, those it had before too; numbers without their dots."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(MoneyAccount.shop_id, MoneyAccount.bank, MoneyAccount.number, MoneyAccount.qris).where(
            MoneyAccount.shop_id.is_not(None)
        )
    )
    for row in rows:
        found[row.shop_id].add(row.qris or f"{row.bank.casefold()}:{digits(row.number)}")
    return found


def digits(number: str) -> str:
    """The digits of a number, however it is written."""
    return re.sub(r"\D", "", number)


def alike(one: str, other: str) -> str | None:
    """`name`: one name but for how it is written; `similar`: but for a slip of the pen; None: two names."""
    first, second = _words(one), _words(other)
    if "".join(first) == "".join(second) or sorted(first) == sorted(second):
        return NAME
    if len(first) != len(second) or min(len("".join(first)), len("".join(second))) < _LONG_NAME:
        return None
    pairs = list(zip(sorted(first), sorted(second), strict=True))
    return SIMILAR if all(_same_word(a, b) for a, b in pairs) else None


def _named_alike(shops: Sequence[Shop]) -> Iterator[Twins]:
    villages: dict[str, list[Shop]] = defaultdict(list)
    for shop in shops:
        villages[shop.village_code].append(shop)
    for some in villages.values():
        for first, second in combinations(some, 2):
            what = alike(first.name, second.name)
            if what:
                yield first, second, what


def _words(name: str) -> list[str]:
    words = re.findall(r"\w+", name.casefold())
    return [word for word in words if word not in _FORMS] or words


def _same_word(one: str, other: str) -> bool:
    """Whether two words are one but for a letter, not the first, of words that are long enough."""
    if one == other:
        return True
    if min(len(one), len(other)) < _LONG_WORD or one[0] != other[0] or (one + other).isdigit():
        return False
    return _one_letter_apart(*sorted((one, other), key=len))


def _one_letter_apart(short: str, long: str) -> bool:
    """Whether one letter was put in, taken out, or written otherwise, or two neighbours changed places."""
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1]
    return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])
