"""Finance's pages of money that providers took back, what the shop reads of it; damages are named."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.operations import clawback_proofs, money_proofs
from marketplace.payments.clawback_models import Clawback
from tests import cast
from tests.browsing import Browser, words
from tests.operations.damage import disarm
from tests.payments import clawback_stage as stage
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import LATER, TWO_KINDS, by_card

LIST = "/admin/dana-ditarik"


@dataclass(frozen=True)
class Waiting:
    """A sale of which Rp18.000 were refunded in the dashboard: its number, its first line, finance's page."""

    number: str
    line: int
    page: str


@pytest.fixture
def waiting(app: Flask, tmp_path: Path) -> Waiting:
    with app.app_context():
        desk = CardDesk(tmp_path)
        sold = by_card(desk, TWO_KINDS, at=now()).bring(at=now()).complete(at=now())
        desk.take_in(stage.refund("re_1", stage.money_of(sold), 18_000), at=now())
        found = sold.row.number, sold.row.lines[0].id
        return Waiting(*found, f"{LIST}/{stage.the_clawback().id}")


def test_finance_places_what_waits_and_the_shop_reads_why_its_part_is_held(
    app: Flask, waiting: Waiting
) -> None:
    number, line, page = waiting.number, waiting.line, waiting.page
    finance, seller = Browser(app, cast.FINANCE), Browser(app, cast.SELLER)
    assert f'href="{page}"' in finance.get(LIST).text
    assert f'href="{LIST}"' in finance.get("/admin/pembukuan").text
    assert "disengketakan" in words(finance.get(f"/admin/pembukuan/pesanan/{number.rpartition('-')[0]}"))
    assert "disengketakan atau ditarik" in words(seller.get(f"/penjual/pesanan/{number}"))
    assert "Karena sengketa" in words(seller.get("/penjual/saldo"))
    wrong = finance.post(page, {f"baris-{line}": "2", "catatan": "Salah hitung"})
    assert wrong.status_code == 422 and "Rp36.000" in words(wrong) and "Salah hitung" in wrong.text
    assert finance.post(page, {f"baris-{line}": "x", "catatan": "a"}).status_code == 422
    assert finance.post(page, {f"baris-{line}": "1"}).status_code == 422
    right = finance.post(page, {f"baris-{line}": "1", "catatan": "Dus penyok"})
    assert (right.status_code, right.location) == (303, page)
    assert "Dus penyok" in words(finance.get(page)) and number in finance.get(page).text
    assert f'href="{page}"' not in finance.get(LIST).text
    assert f'href="{page}"' in finance.get(f"{LIST}?semua=1").text
    late = finance.post(page, {f"baris-{line}": "1", "catatan": "lagi"})
    assert late.status_code == 409 and "sudah ditempatkan" in words(late)
    assert "disengketakan atau ditarik" not in words(seller.get(f"/penjual/pesanan/{number}"))


def test_what_is_not_ours_is_dismissed_with_a_reason(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        CardDesk(tmp_path).take_in(stage.refund("re_9", "pi_nobody", 5_000), at=now())
        page = f"{LIST}/{stage.the_clawback().id}/tidak-dibukukan"
        db.session.remove()
    finance = Browser(app, cast.FINANCE)
    assert finance.post(page, {}).status_code == 422
    assert finance.post(page, {"catatan": "Milik toko lain"}).status_code == 303
    assert finance.post(page, {"catatan": "Milik toko lain"}).status_code == 409


def test_who_bears_a_dispute_fee_is_a_dated_rule(app: Flask) -> None:
    finance, page = Browser(app, cast.FINANCE), f"{LIST}/biaya-sengketa"
    assert "DesaMart yang menanggung" in words(finance.get(page))
    for form in ({"penanggung": "x"}, {"penanggung": "seller", "mulai": "2020-01-01"}, {"mulai": "besok"}):
        assert finance.post(page, form).status_code == 422
    assert finance.post(page, {"penanggung": "seller"}).status_code == 303
    assert "DesaMart yang menanggung" not in words(finance.get(page))


@pytest.mark.parametrize("who", [cast.SELLER, cast.OPERATOR, cast.PROVINCE_OFFICER, cast.BUYER])
def test_nobody_else_reaches_it(app: Flask, waiting: Waiting, who: str) -> None:
    page = waiting.page
    stranger = Browser(app, who)
    assert [stranger.get(there).status_code for there in (LIST, page, f"{LIST}/biaya-sengketa")] == [404] * 3
    assert stranger.post(page, {"rugi": "18000", "catatan": "a"}).status_code == 404


def test_each_wrong_row_is_named(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        desk = CardDesk(tmp_path)
        whole, part = (by_card(desk, TWO_KINDS).bring().complete() for _sale in range(2))
        desk.take_in(stage.refund("re_1", stage.money_of(whole), whole.row.total), at=LATER)
        desk.take_in(stage.refund("re_2", stage.money_of(part), 5_000), at=LATER)
        stage.agree()
        damages = (
            ("clawback", "taken = taken + 1", "took"),
            ("clawback", "covered = covered + 1", "pays for"),
            ("clawback", "money = 'pi_x'", "is about another payment"),
            ("clawback_move", "amount = amount + 1", "took"),
            ("refund", "clawback_id = NULL", "pays for"),
            ("seller_order", "contested_at = NULL", "money in doubt"),
            ("refund", "returned = 1", "came back"),
        )
        for table, change, said in damages:
            disarm(table)
            db.session.execute(text(f"UPDATE {table} SET {change}"))
            named = clawback_proofs.clawbacks()
            assert any(said in words for words in named), (change, named)
            db.session.rollback()
        disarm("ledger_entry")
        spoilt = (
            "UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'platform:unclear' AND amount = 5000"
        )
        db.session.execute(text(spoilt))
        assert any("platform:unclear" in words for words in clawback_proofs.clawbacks())
        assert any("platform:unclear" in words for words in money_proofs.ledger())
        db.session.rollback()
        assert db.session.query(Clawback).count() == 2
        stage.agree()
