"""Several refunds of one order at the same moment, from a server of several processes."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

import pytest
import requests
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.payments.models import PaymentSplit, Refund
from tests import cast
from tests.journeys.conftest import WEB_PROCESSES
from tests.journeys.visitor import Visitor, all_at_once, words
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import Sale, by_card
from tests.served import Served

CHIPS = 18_000


@pytest.mark.parametrize("completed", [False, True], ids=["before the sale", "after it"])
def test_of_three_refunds_at_once_only_what_was_sold_goes_back(
    served: Served, engine_name: str, completed: bool
) -> None:
    """Each wants two of three pieces: one gets them, the others are told how many are left."""
    sale, page = _sold(served, completed=completed)
    with served.app():
        line = sale.row.lines[0].id
    answers = _all_at_once(served, page, {f"baris-{line}": "2", "alasan": "Penyok"})
    print(f"{engine_name}: {len(served.web_pids())} web processes, {_counted(answers)}")
    assert len(served.web_pids()) >= WEB_PROCESSES
    assert _counted(answers) == {303: 1, 422: 2}
    assert all("Paling banyak 1" in words(answer) for answer in answers if answer.status_code == 422)
    assert _given_back(served, sale) == [2 * CHIPS]
    _books_agree(served)


def test_refunds_at_once_that_fit_together_are_all_made_and_the_rest_stays(
    served: Served, engine_name: str
) -> None:
    """Of Rp79.000 of goods and the delivery, Rp20.000 each: four times it fits, whoever comes first."""
    sale, page = _sold(served, completed=True)
    with served.app():
        left = sale.row.total
    answers = _all_at_once(served, page, {"jumlah": "20.000", "alasan": "Penyok"}, count=6)
    print(f"{engine_name}: {_counted(answers)} of {left} rupiah")
    fit = left // 20_000
    assert _counted(answers) == {303: fit, 422: 6 - fit}
    refused = [words(answer) for answer in answers if answer.status_code == 422]
    assert all("Isi antara Rp1" in told for told in refused)
    assert _given_back(served, sale) == [20_000] * fit
    _books_agree(served)


def test_the_same_refund_sent_three_times_at_once_is_one(served: Served, engine_name: str) -> None:
    sale, page = _sold(served, completed=True)
    answers = _all_at_once(served, page, {"jumlah": "5.000", "alasan": "Penyok"}, same_key=True)
    print(f"{engine_name}: {_counted(answers)}")
    assert _counted(answers) == {303: 3}
    assert _given_back(served, sale) == [5_000]
    _books_agree(served)


def _sold(served: Served, *, completed: bool) -> tuple[Sale, str]:
    """A card sale of hers, accepted or completed a moment ago, and its page of refunds."""
    at = now()
    with served.app():
        sale = by_card(CardDesk(served.config.data_dir), {cast.CHIPS: 3, cast.CRACKERS: 1}, at=at)
        if completed:
            sale.bring(at=at).complete(at=at)
        return sale, f"/penjual/pesanan/{sale.row.number}/pengembalian-dana"


def _all_at_once(
    served: Served, page: str, wanted: dict[str, str], *, count: int = 3, same_key: bool = False
) -> list[requests.Response]:
    """The seller has the page open in several browsers and presses in all of them together."""
    with ExitStack() as open_browsers:
        browsers = [open_browsers.enter_context(Visitor(served.base_url)) for _number in range(count)]
        browsers[0].sign_in(cast.SELLER)
        form = browsers[0].form(page, page) | wanted
        for other in browsers[1:]:
            other.session.cookies.update(browsers[0].session.cookies)
        forms = [form if same_key else browser.form(page, page) | wanted for browser in browsers]
        return all_at_once(
            [partial(browser.post, page, form) for browser, form in zip(browsers, forms, strict=True)]
        )


def _counted(answers: Sequence[requests.Response]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


def _given_back(served: Served, sale: Sale) -> list[int]:
    """The refunds of the sale in rupiah; the share and the ledger owe just as much."""
    with served.app():
        amounts = list(db.session.scalars(select(Refund.amount).order_by(Refund.id)))
        owed = select(func.sum(PaymentSplit.owed)).where(PaymentSplit.seller_order_id == sale.id)
        assert db.session.scalar(owed) == sum(amounts)
        sent = select(func.sum(Refund.amount)).where(Refund.status == "succeeded")
        assert balance(accounts.BUYER_REFUNDS) == int(db.session.scalar(sent) or 0) - sum(amounts)
        return amounts


def _books_agree(served: Served) -> None:
    """Nothing is left to do, though a crowded machine may take longer over it than one command waits."""
    for _time in range(4):
        done = served.command("reconcile", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        if json.loads(done.stdout)["in_flight"] == 0:
            return
    raise AssertionError(done.stdout)
