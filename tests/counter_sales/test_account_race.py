"""A shop changes its account while the outlet sells for it: neither waits for who waits for it."""

from concurrent.futures import ThreadPoolExecutor, wait

from flask import Flask
from sqlalchemy import select, text

from marketplace.extensions import db
from marketplace.kit.transaction import locked, transaction
from marketplace.payments.models import PaymentAttempt
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount, Shop
from tests import cast, direct, factories
from tests.counter_sales import stage
from tests.counter_sales.stage import AT

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def test_a_sale_over_the_counter_waits_for_the_shop_without_holding_its_account(
    app: Flask, engine_name: str
) -> None:
    with app.app_context():
        stage.consent()
        direct.bank_accounts(cast.HER_SHOP)
        shop, owner = factories.shop(cast.HER_SHOP), factories.person(cast.SELLER).id
        account = MoneyAccount(kind="bank", bank="BRI", number="00998877", holder="Sari", added_by=owner)

        def sell() -> list[int]:
            with app.app_context():
                return stage.ring({cast.CHIPS: 1}, 18_000, pay="transfer")

        with ThreadPoolExecutor(1) as counter:
            with transaction():
                db.session.execute(locked(select(Shop.id).where(Shop.id == shop.id), of=Shop)).all()
                sale = counter.submit(sell)
                # On PostgreSQL it comes as far as the shop, on SQLite it waits for its turn.
                while engine_name == "postgresql" and not db.session.scalar(WAITING):
                    assert wait([sale], timeout=0.1).not_done
                money_accounts.use_for_shop(shop, account, at=AT)
                new = account.id
            assert len(sale.result(timeout=30)) == 1
        assert list(db.session.scalars(select(PaymentAttempt.account_id))) == [new]
