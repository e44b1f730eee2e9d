"""No form about money guesses at an odd number, breaks on an odd text, or moves anything for either."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog.models import StockMovement
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.ledger.models import Posting
from marketplace.orders.models import FeeRule
from marketplace.payments.models import ParkedDecision, PaymentAttempt, ProviderEvent, Refund
from marketplace.payouts.models import Settlement
from tests import cast, direct, factories
from tests.browsing import Browser
from tests.payments import parked_stage
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import TWO_KINDS, by_card

NUMBERS = [
    *("-1", "1.5", "1e3", "٣", "\uff11", "1_0", "+1", "NaN", "9223372036854775808", "1.000.000.000.001"),
]
TEXTS = ["\x00", "\ud7ff\uffff", "x" * 20_000, "'; DROP TABLE refund; --"]
# What a form may answer that moves nothing: not there, too late, refused.
REFUSED = (404, 409, 422)
MOVED = (Posting, Refund, Settlement, FeeRule, ParkedDecision, ProviderEvent, StockMovement)


@dataclass(frozen=True)
class Form:
    """A form with everything right in it, the fields for numbers, and those for free text."""

    who: str
    address: str
    right: dict[str, str]
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@pytest.fixture
def forms(app: Flask, config: Config) -> list[Form]:
    """A market where each of these forms would be taken, rightly filled in."""
    at = now() - timedelta(hours=1)
    with app.app_context():
        desk = CardDesk(config.data_dir)
        sale = by_card(desk, TWO_KINDS, at=at).bring(at=at).complete(at=at)
        number, line = sale.row.number, sale.row.lines[0].id
        too_much = parked_stage.by_card(desk, beyond=500, at=at)
        direct.bank_accounts()
        asked = factories.order({cast.CRACKERS: 1}, pay="transfer", at=at).order.children[0]
        transfer, key = asked.number, direct.attempt_of(asked).key
        db.session.remove()
    refund = f"/penjual/pesanan/{number}/pengembalian-dana"
    shelf = f"/penjual/stok/{cast.CHIPS}"
    return [
        Form(cast.SELLER, refund, {"jumlah": "1.000", "alasan": "Penyok"}, ("jumlah",)),
        Form(cast.SELLER, refund, {f"baris-{line}": "1", "alasan": "Penyok"}, (f"baris-{line}",)),
        Form(cast.SELLER, f"/penjual/pesanan/{transfer}/pembayaran/terima", {"jumlah": "1"}, ("jumlah",)),
        Form(cast.OPERATOR, f"/gerai/pembayaran/{key}/terima", {"jumlah": "1"}, ("jumlah",)),
        Form(
            cast.FINANCE,
            "/admin/dana-masuk",
            {
                "penyedia": "stripe",
                "jumlah": "1.000",
                "biaya": "10",
                "tanggal": "2026-11-22",
                "referensi": "R",
            },
            ("jumlah", "biaya", "tanggal"),
            ("penyedia",),
        ),
        Form(
            cast.ADMIN,
            "/admin/biaya",
            {"penerima": "platform", "tarif": "1", "langkah": "simpan"},
            ("tarif", "mulai"),
            ("penerima", "wilayah"),
        ),
        Form(
            cast.FINANCE,
            f"/admin/dana-tertahan/{too_much}",
            {"hasil": "counted", "referensi": "RK-1", "catatan": "x"},
            (),
            ("hasil",),
        ),
        Form(cast.SELLER, shelf, {"jumlah": "60", "semula": "47"}, ("jumlah", "semula")),
        Form(cast.SELLER, f"{shelf}/masuk", {"jumlah": "1"}, ("jumlah",)),
        Form(cast.SELLER, f"{shelf}/koreksi", {"jumlah": "1", "alasan": "rusak"}, ("jumlah",), ("alasan",)),
    ]


def test_odd_numbers_and_texts_are_refused_in_words_and_move_nothing(app: Flask, forms: list[Form]) -> None:
    people = {form.who: Browser(app, form.who) for form in forms}
    before, wrong, sent = _standing(app), [], 0
    for form in forms:
        # One and a half percent is a rate; one and a half rupiah are no sum.
        tries = [(name, odd) for name in form.numbers for odd in NUMBERS if (name, odd) != ("tarif", "1.5")]
        tries += [(name, odd) for name in form.texts for odd in TEXTS]
        for name, odd in tries:
            status = people[form.who].post(form.address, form.right | {name: odd}).status_code
            sent += 1
            if status not in REFUSED:
                wrong.append((form.address, name, odd[:30], status))
    print(f"{sent} odd forms, {len(wrong)} taken")
    assert wrong == []
    assert _standing(app) == before
    taken = [(form.address, people[form.who].post(form.address, form.right).status_code) for form in forms]
    assert [one for one in taken if one[1] != 303] == [], "rightly filled in, each of them moves something"
    assert _standing(app) > before


def _standing(app: Flask) -> list[int]:
    """How much of everything there is, and what is paid."""
    with app.app_context():
        counts = [int(db.session.scalar(select(func.count()).select_from(table)) or 0) for table in MOVED]
        paid = db.session.scalar(select(func.count()).where(PaymentAttempt.status == "paid"))
        db.session.remove()
    return [*counts, int(paid or 0)]
