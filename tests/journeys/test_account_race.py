"""A shop changes its bank account while somebody orders by transfer: the order asks for the new one."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import func, select, text

from marketplace.extensions import db
from marketplace.kit.transaction import append, transaction
from marketplace.orders.models import Order
from marketplace.payments.asking import LARGEST_CODE
from marketplace.payments.models import PaymentAttempt
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount
from tests import cast, direct, factories
from tests.factories import AT
from tests.shopper import Shopper, path_of

NEW = "999000111"


@contextmanager
def changing_account(app: Flask) -> Iterator[threading.Event]:
    """Within the block another desk of her shop has written a new account, which is saved at its end."""
    written, save = threading.Event(), threading.Event()

    def change() -> None:
        with app.app_context(), transaction():
            owner = factories.person(cast.SELLER).id
            account = MoneyAccount(kind="bank", bank="BRI", number=NEW, holder="Sari", added_by=owner)
            money_accounts.use_for_shop(factories.shop(cast.HER_SHOP), account, at=AT)
            written.set()
            save.wait(10)

    with ThreadPoolExecutor(1) as desk:
        changed = desk.submit(change)
        assert written.wait(10)
        try:
            yield save
        finally:
            save.set()
            changed.result()


def somebody_waits(app: Flask) -> None:
    """Return when the order waits for the account; where writers take turns it waits for all anyway."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            mine = "FROM pg_stat_activity WHERE datname = current_database()"
            until = time.monotonic() + 10
            while not db.session.scalar(text(f"SELECT count(*) {mine} AND wait_event_type = 'Lock'")):
                db.session.rollback()
                assert time.monotonic() < until


def test_who_orders_while_the_account_changes_is_asked_to_pay_into_the_new_one(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
    buyer = Shopper(app.test_client())
    buyer.take(cast.CHIPS)
    with ThreadPoolExecutor(1) as hand:
        with changing_account(app) as save:
            pressed = hand.submit(buyer.checkout, pay="transfer")
            somebody_waits(app)
            save.set()
        answer = pressed.result()
    assert path_of(answer).startswith("/pesanan/DM-")
    with app.app_context():
        attempt = db.session.scalars(select(PaymentAttempt)).one()
        assert attempt.account is not None and attempt.account.number == NEW


def test_who_can_not_be_asked_by_transfer_now_keeps_all_that_was_typed(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        placed = factories.order({cast.CHIPS: 1}, pay="transfer")
        child = placed.order.children[0]
        mine = direct.attempt_of(child)
        base, number, account = child.goods_total + child.delivery_fee, child.number, mine.account_id
        row = {"order_id": placed.order_id, "provider": "transfer", "status": "pending", "created_at": AT}
        row |= {"account_id": account, "expires_at": AT}
        sums = [base + code for code in range(1, LARGEST_CODE + 1) if base + code != mine.amount]
        with transaction():
            rows = [
                row | {"key": f"{number}-{total}", "reference": f"{number}-{total}", "amount": total}
                for total in sums
            ]
            append(PaymentAttempt, *rows)
    buyer = Shopper(app.test_client())
    answer = buyer.order(cast.CHIPS, pay="transfer", nama="Bu Wayan", alamat="Jalan Raya Hanura 7")
    assert answer.status_code == 409
    assert "Terlalu banyak transfer" in answer.text
    assert "Bu Wayan" in answer.text and "Jalan Raya Hanura 7" in answer.text
    assert 'action="/checkout"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count(Order.id))) == 1
