"""Decides where a shop or a village's counter gets money; a change is a new row, the old stays readable."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, or_, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.rows import ask, table_of
from marketplace.kit.transaction import locked
from marketplace.regions.models import Region
from marketplace.sellers.models import MoneyAccount, Shop, SoldBy

BANK, QRIS = "bank", "qris"
_ACCOUNT = table_of(MoneyAccount)
# Built once: every checkout page asks it.
_KINDS = select(_ACCOUNT.c.kind, _ACCOUNT.c.shop_id, _ACCOUNT.c.village_code).where(
    or_(
        _ACCOUNT.c.shop_id.in_(bindparam("shops", expanding=True)),
        _ACCOUNT.c.village_code.in_(bindparam("villages", expanding=True)),
    ),
    _ACCOUNT.c.ended_at.is_(None),
)


def accounts_of(shops: Iterable[Shop | SoldBy], kind: str) -> dict[int, MoneyAccount]:
    """The account that each shop uses now, by shop id: its own, or else that of its village's counter.

    One query. Shops without an account of this kind are left out.
    """
    rows = list(shops)
    owned = or_(
        MoneyAccount.shop_id.in_([shop.id for shop in rows]),
        MoneyAccount.village_code.in_({shop.village_code for shop in rows}),
    )
    found = db.session.scalars(
        select(MoneyAccount).where(owned, MoneyAccount.kind == kind, MoneyAccount.ended_at.is_(None))
    ).all()
    own = {each.shop_id: each for each in found}
    of_villages = {each.village_code: each for each in found}
    used = {shop.id: own.get(shop.id) or of_villages.get(shop.village_code) for shop in rows}
    return {shop_id: account for shop_id, account in used.items() if account}


def accepted_by_all(shops: Iterable[Shop | SoldBy]) -> set[str]:
    """The kinds of account that each of these shops uses, its own or its village's counter's. One query."""
    rows = list(shops)
    found = ask(
        _KINDS, shops=[shop.id for shop in rows], villages=list({shop.village_code for shop in rows})
    ).all()
    owned = {(kind, owner) for kind, *owners in found for owner in owners if owner is not None}
    return {
        kind
        for kind in (BANK, QRIS)
        if rows and all((kind, shop.id) in owned or (kind, shop.village_code) in owned for shop in rows)
    }


class Kept(NamedTuple):
    """An account that is or was used, and the name of who added it."""

    account: MoneyAccount
    added_by: str


def history_of_shop(shop: Shop) -> list[Kept]:
    """All accounts a shop has ever used, the newest first."""
    return _history(MoneyAccount.shop_id == shop.id)


def history_of_village(code: str) -> list[Kept]:
    """All accounts the counter of a village has ever used, the newest first."""
    return _history(MoneyAccount.village_code == code)


def use_for_shop(shop: Shop, account: MoneyAccount, *, at: datetime) -> MoneyAccount:
    """From now on the shop gets its money here; `account` is a new row without an owner."""
    db.session.scalars(locked(select(Shop).where(Shop.id == shop.id), of=Shop)).unique().one()
    account.shop_id = shop.id
    announce("shop.changed", f"shop:{shop.id}", {"shop_id": shop.id}, at=at)
    return _replace(MoneyAccount.shop_id == shop.id, account, at=at)


def use_for_village(code: str, account: MoneyAccount, *, at: datetime) -> MoneyAccount:
    """From now on the counter of a village gets its money here; `account` is a new row without an owner."""
    db.session.scalars(locked(select(Region).where(Region.code == code), of=Region)).one()
    account.village_code = code
    return _replace(MoneyAccount.village_code == code, account, at=at)


def _history(owned: ColumnElement[bool]) -> list[Kept]:
    rows = select(MoneyAccount, User.name).join(User, User.id == MoneyAccount.added_by).where(owned)
    found = db.session.execute(rows.order_by(MoneyAccount.added_at.desc(), MoneyAccount.id.desc()))
    return [Kept(account, name) for account, name in found]


def _current(owned: ColumnElement[bool], kind: str) -> MoneyAccount | None:
    rows = select(MoneyAccount).where(owned, MoneyAccount.kind == kind, MoneyAccount.ended_at.is_(None))
    return db.session.scalar(rows)


def _replace(owned: ColumnElement[bool], account: MoneyAccount, *, at: datetime) -> MoneyAccount:
    standing = _current(owned, account.kind)
    if standing is not None:
        standing.ended_at = at
        # The end of the old row comes first, or both would be current for a moment.
        db.session.flush()
    account.added_at = at
    db.session.add(account)
    db.session.flush()
    return account
