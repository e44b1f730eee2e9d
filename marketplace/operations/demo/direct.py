"""Decides who in the demo market is paid straight into an account, and what becomes of such payments.

Banks, numbers and merchants are invented and say so: no application would send money to them.
"""

import io
from datetime import datetime, timedelta
from random import Random

import qriskit
from qriskit import MerchantAccount
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.goods import HANURA
from marketplace.operations.demo.receipts import receipt
from marketplace.operations.demo.stage import DEMO_SHOPS, Stage
from marketplace.orders.models import SellerOrder
from marketplace.payments import confirming, counter, proving
from marketplace.payments.models import DIRECT, QRIS, TRANSFER
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount, Shop, ShopMember

BANK_NAME = "Bank Contoh (demo)"
EVERY = 3  # Beside the demo sellers, every third shop has accounts.
LONGEST_NAME = 25  # Of a merchant in a QRIS.


def give_accounts(shop: Shop, owner: User, place: int, *, at: datetime) -> None:
    """An invented bank account and an invented QRIS for a shop, if it is one of those that have them."""
    if shop.slug not in DEMO_SHOPS and place % EVERY:
        return
    bank = MoneyAccount(
        kind=money_accounts.BANK,
        bank=BANK_NAME,
        number=f"990000{shop.id:06d}",
        holder=f"{owner.name} (contoh)",
        added_by=owner.id,
    )
    money_accounts.use_for_shop(shop, bank, at=at)
    text = _static(shop.name, shop.id)
    name = qriskit.parse(text).merchant_name or shop.name
    account = MoneyAccount(kind=money_accounts.QRIS, qris=text, holder=name, added_by=owner.id)
    money_accounts.use_for_shop(shop, account, at=at)


def give_counter_account(operator: User, *, at: datetime) -> None:
    """An invented bank account for the counter of the demo village."""
    account = MoneyAccount(
        kind=money_accounts.BANK,
        bank=BANK_NAME,
        number="990000999999",
        holder="BUMDes Hanura (contoh)",
        added_by=operator.id,
    )
    money_accounts.use_for_village(HANURA, account, at=at)


def way(shop_ids: set[int], random: Random) -> str:
    """How a buyer pays: directly where every shop can be paid so, and now and then by card."""
    chance = random.random()
    if chance < 0.2:
        return "stripe"
    if chance < 0.5 and shop_ids <= _with_accounts():
        return TRANSFER if chance < 0.34 else QRIS
    return "cod"


def pay(stage: Stage, order_id: int, at: datetime) -> None:
    """Pay each seller of an order and let it say so, unless the buyer thinks better of it."""
    rows = select(SellerOrder.id, SellerOrder.shop_id).where(SellerOrder.order_id == order_id)
    for child_id, shop_id in list(db.session.execute(rows.order_by(SellerOrder.id))):
        paid = at + timedelta(minutes=stage.random.randrange(5, 24))
        if paid >= stage.until or stage.random.random() < 0.06:
            continue
        owner = select(ShopMember.user_id).where(ShopMember.shop_id == shop_id).limit(1)
        with transaction():
            attempt = counter.of_order(child_id)
            by = db.session.scalars(owner).one()
            if attempt is not None:
                confirming.accept(attempt.id, amount=attempt.amount, by=by, at=paid)


def show_proof(order_id: int, *, at: datetime) -> None:
    """The buyer sends a proof for the first part of an order, and the counter has not looked at it yet."""
    child = select(SellerOrder.id).where(SellerOrder.order_id == order_id).order_by(SellerOrder.id).limit(1)
    attempt = counter.of_order(db.session.scalars(child).one())
    if attempt is None or attempt.provider not in DIRECT:
        return
    attempt_id, picture = attempt.id, io.BytesIO(receipt(attempt.amount, attempt.reference or ""))
    key = proving.keep_picture(picture, folder=settings().proof_dir)
    with transaction():
        proving.send(attempt_id, key, at=at)


def _with_accounts() -> set[int]:
    rows = select(MoneyAccount.shop_id).where(MoneyAccount.kind == money_accounts.QRIS)
    return {shop_id for shop_id in db.session.scalars(rows) if shop_id is not None}


def _static(name: str, number: int) -> str:
    """A static QRIS of a provider that does not exist: only this application takes it for one."""
    plain = name.upper().encode("ascii", "ignore").decode()[: LONGEST_NAME - len(" CONTOH")].strip()
    merchant = MerchantAccount.create(
        tag="26",
        guid="ID.CO.CONTOH.WWW",
        pan=f"93600000{number:010d}",
        merchant_id=f"CONTOH{number:06d}",
        criteria="UMI",
    )
    national = MerchantAccount.national(nmid=f"ID1000{number:09d}", criteria="UMI")
    code = qriskit.build(
        merchant_name=f"{plain} CONTOH",
        merchant_city="LAMPUNG",
        mcc="5499",
        postal_code="35000",
        accounts=[merchant, national],
    )
    return str(code.dumps())
