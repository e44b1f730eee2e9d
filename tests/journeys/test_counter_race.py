"""At one moment the counter sells, buyers order and a seller gives money back: nobody waits for who waits.

A refund locks the shop, then the stock; a checkout the stock, naming the shop; a counter sale numbers notas
of two shops and takes their stock.
"""

import json
from collections import Counter
from contextlib import ExitStack
from functools import partial

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.orders.models import COUNTER, Order
from marketplace.payments.models import Refund
from tests import cast, factories
from tests.counter_sales import stage
from tests.databases import Databases
from tests.journeys.visitor import Visitor, all_at_once, in_turns
from tests.served import Served

PAGE = "/gerai/jual"
HONEY, SALES, REFUNDS, BUYERS = 10, 14, 6, 6


def test_the_counter_sells_the_last_pieces_while_others_order_and_give_back(
    served: Served, databases: Databases, engine_name: str
) -> None:
    with served.app():
        stage.consent(at=now())
        stage.open_bumdes(at=now())
        chips, honey = stage.variant(cast.CHIPS), stage.variant(stage.HONEY)
        sold = [factories.order({cast.CHIPS: 2}, at=now()).order.children[0] for _each in range(REFUNDS)]
        numbers = [(child.number, child.lines[0].id) for child in sold]
        for child in sold:
            factories.complete(child, at=now())
    with ExitStack() as open_browsers:

        def browsers(count: int, email: str = "") -> list[Visitor]:
            found = [open_browsers.enter_context(Visitor(served.base_url)) for _each in range(count)]
            if email:
                found[0].sign_in(email)
                for other in found[1:]:
                    other.session.cookies.update(found[0].session.cookies)
            return found

        operators, seller = browsers(SALES, cast.OPERATOR), browsers(REFUNDS, cast.SELLER)
        buyers = browsers(BUYERS)
        known = in_turns([partial(operator.form, PAGE, PAGE) for operator in operators])
        deeds = []
        for place, operator in enumerate(operators):
            # In crossing orders, as hands lay goods down.
            goods = [(chips, 18_000), (honey, 50_000)] if place % 2 else [(honey, 50_000), (chips, 18_000)]
            pieces = {f"jumlah-{each}": "1" for each, _price in goods}
            fields = {
                "csrf_token": known[place]["csrf_token"],
                "desa": cast.HANURA,
                "kunci": f"gerai-{place}",
            }
            paid = {"pembayaran": "ambil", "total": "68000", **pieces}
            deeds.append(partial(operator.post, PAGE, fields | paid))
        for desk, (number, line) in zip(seller, numbers, strict=True):
            page = f"/penjual/pesanan/{number}/pengembalian-dana"
            wish = {"layak": "1", "alasan": "Penyok", f"baris-{line}": "2"}
            deeds.append(partial(desk.post, page, desk.form(page, page) | wish))
        in_turns([partial(buyer.put_into_basket, cast.CHIPS) for buyer in buyers])
        forms = in_turns([buyer.checkout_form for buyer in buyers])
        deeds += [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, forms, strict=True)]
        answers = all_at_once(deeds)
    statuses = [answer.status_code for answer in answers]
    print(f"{engine_name}: {dict(Counter(statuses))}")
    assert Counter(statuses[:SALES]) == {303: HONEY, 422: SALES - HONEY}
    assert statuses[SALES:] == [303] * (REFUNDS + BUYERS)
    with served.app():
        counter = select(func.count(Order.id)).where(Order.channel == COUNTER)
        assert db.session.scalar(counter) == HONEY
        assert db.session.scalar(select(func.count(Refund.id))) == REFUNDS
        assert (stage.left(stage.HONEY), stage.left(cast.CHIPS)) == (0, 50 - HONEY - BUYERS)
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["in_flight"] == 0, done.stdout + done.stderr
    told = [served.log.read_text(errors="replace"), *databases.told(served.config.database_url)]
    assert [line for line in "\n".join(told).splitlines() if "deadlock" in line.lower()] == []
