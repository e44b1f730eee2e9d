"""A seller counts and adds while people buy, at a server of several processes: no purchase is lost."""

import json
from collections import Counter
from contextlib import ExitStack
from functools import partial

import requests
from sqlalchemy import select

from marketplace.catalog.models import StockMovement
from marketplace.extensions import db
from tests import cast, factories
from tests.journeys.visitor import Visitor, all_at_once, in_turns
from tests.served import Served

SHELF = f"/penjual/stok/{cast.CHIPS}"
BUYERS, COUNTERS, ADDERS = 12, 4, 4
MORE = 100


def _shelf(served: Served) -> tuple[int, Counter[str]]:
    """What lies there, and the pieces that moved, by kind."""
    with served.app():
        variant = factories.product(cast.CHIPS).variants[0]
        moved: Counter[str] = Counter()
        for row in db.session.scalars(select(StockMovement).where(StockMovement.variant_id == variant.id)):
            moved[row.kind] += row.quantity
        return variant.on_hand, moved


def _counts_at_once(seller: Visitor) -> dict[str, str]:
    """The form of all counts as the page holds it, with more of everything than anybody buys."""
    fields = seller.form("/penjual/stok", "/penjual/stok?halaman=1")
    return {
        name: str(int(text) + MORE) if name.startswith("jumlah-") else text for name, text in fields.items()
    }


def _form(seller: Visitor, action: str, **typed: str) -> dict[str, str]:
    return {**seller.form(SHELF, action), **typed}


def test_counts_and_purchases_at_once_lose_no_purchase(served: Served, engine_name: str) -> None:
    with ExitStack() as stack:
        everybody = [stack.enter_context(Visitor(served.base_url)) for _ in range(BUYERS + COUNTERS + ADDERS)]
        buyers, sellers = everybody[:BUYERS], everybody[BUYERS:]
        in_turns([partial(buyer.put_into_basket, cast.CHIPS) for buyer in buyers])
        in_turns([partial(seller.sign_in, cast.SELLER) for seller in sellers])
        orders = in_turns([buyer.checkout_form for buyer in buyers])
        counts = [_form(seller, SHELF, jumlah="90") for seller in sellers[:COUNTERS]]
        additions = [_form(seller, f"{SHELF}/masuk", jumlah="3") for seller in sellers[COUNTERS:]]
        deeds = [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, orders, strict=True)]
        deeds += [partial(who.post, SHELF, form) for who, form in zip(sellers, counts, strict=False)]
        adding = zip(sellers[COUNTERS:], additions, strict=True)
        deeds += [partial(who.post, f"{SHELF}/masuk", form) for who, form in adding]
        answers: list[requests.Response] = all_at_once(deeds)
    codes = [answer.status_code for answer in answers]
    print(f"{engine_name}: {len(served.web_pids())} web processes, {Counter(codes)}")
    counted = codes[BUYERS : BUYERS + COUNTERS]
    assert set(codes[:BUYERS] + codes[BUYERS + COUNTERS :]) == {303}
    assert set(counted) <= {303, 409} and counted.count(303) <= 1
    on_hand, moved = _shelf(served)
    assert (moved["sold"], moved["received"]) == (-BUYERS, 50 + 3 * ADDERS)
    assert moved["counted"] == (40 if 303 in counted else 0)
    assert on_hand == sum(moved.values())
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["holds"], done.stdout + done.stderr


def test_the_page_of_all_counts_against_purchases_loses_none(served: Served, engine_name: str) -> None:
    """Buyers take one good while sellers save all rows: the row that was bought is told, others are saved."""
    with ExitStack() as stack:
        everybody = [stack.enter_context(Visitor(served.base_url)) for _ in range(BUYERS + COUNTERS)]
        buyers, sellers = everybody[:BUYERS], everybody[BUYERS:]
        in_turns([partial(buyer.put_into_basket, cast.CHIPS) for buyer in buyers])
        in_turns([partial(seller.sign_in, cast.SELLER) for seller in sellers])
        orders = in_turns([buyer.checkout_form for buyer in buyers])
        forms = in_turns([partial(_counts_at_once, seller) for seller in sellers])
        deeds = [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, orders, strict=True)]
        saving = zip(sellers, forms, strict=True)
        deeds += [partial(who.post, "/penjual/stok?halaman=1", form) for who, form in saving]
        codes = [answer.status_code for answer in all_at_once(deeds)]
    print(f"{engine_name}: {Counter(codes)}")
    assert set(codes[:BUYERS]) == {303} and set(codes[BUYERS:]) <= {303, 409}
    on_hand, moved = _shelf(served)
    assert moved["sold"] == -BUYERS and moved["counted"] in (0, MORE)
    assert on_hand == sum(moved.values())
    with served.app():
        # Nobody bought crackers: the first of the sellers was taken, and only that one.
        assert factories.product(cast.CRACKERS).variants[0].on_hand == 30 + MORE
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["holds"], done.stdout + done.stderr
