"""Lays a row under every address of the route table: all hers, in Hanura, bought by the buyer of the cast.

What stands for a part of an address is found by what comes before it and its name; the longest fit counts.
"""

import re
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import OPERATOR, RoleGrant
from marketplace.catalog.permits import recording
from marketplace.catalog.permits.recording import PermitDraft
from marketplace.extensions import db
from marketplace.kit.clock import day_wib, now
from marketplace.kit.transaction import transaction
from marketplace.notices.models import Notice
from marketplace.payments.models import PaymentProof
from marketplace.sellers import members
from marketplace.sellers.models import STAFF, ShopInvitation, ShopMember
from tests import cast, direct, factories, goods_files
from tests.browsing import Browser
from tests.counter_sales import stage as outlet
from tests.indicators.inputs import inputs_files
from tests.orders.walks import walk
from tests.payments.clawback_stage import taken_sum
from tests.payments.parked_stage import parked_sum
from tests.payouts import stage as payouts
from tests.reviews.stage import reviewed
from tests.sellers.test_assisting import consented

OPERATOR_OF_ELSEWHERE = cast.VILLAGE_OFFICER_OF_ELSEWHERE
"""Also given the role of operator of Podomoro."""
UNKNOWN = "tidak-ada-99"
_NO_ROWS = ("<kind>", "<step>", "<year>")


def lay(app: Flask) -> dict[str, str]:
    """Make the rows; answers what stands for which part of an address."""
    at = now()
    with app.app_context():
        parts = _orders(app) | _shop()
        with transaction() as session:
            elsewhere = factories.person(OPERATOR_OF_ELSEWHERE)
            session.add(RoleGrant(user_id=elsewhere.id, role=OPERATOR, scope=cast.PODOMORO, granted_at=at))
            staff, shop = factories.person(cast.OTHER_BUYER), factories.shop(cast.HER_SHOP)
            session.add(ShopMember(shop_id=shop.id, user_id=staff.id, role=STAFF, since=at))
    parts["<int:consent_id>"] = str(consented(app))
    with app.app_context():
        outlet.ring({cast.CHIPS: 1}, 18_000, at=now())
        parts["jual/<number>"] = parts["jual/nota/<number>"] = outlet.order().number
        db.session.remove()
    return parts


def filled(rule: str, parts: dict[str, str]) -> str:
    """The address of a route, led to rows that are there."""

    def value(match: re.Match[str]) -> str:
        before = rule[: match.end()]
        fitting = [part for part in parts if before.endswith(part)]
        assert fitting, f"say what stands for {match[0]} in {rule}"
        return parts[max(fitting, key=len)]

    return re.sub(r"<[^>]+>", value, rule)


def led_nowhere(rule: str) -> str:
    """The address of a route, its rows being none; empty where it names no row."""
    named = [part for part in re.findall(r"<(?:int:)?(?!any|path)[^>]+>", rule) if part not in _NO_ROWS]
    return led_anywhere(rule) if named and "<hari>" not in named and "/program/terbitan" not in rule else ""


def led_anywhere(rule: str) -> str:
    """The address of a route, whatever is there."""
    address = re.sub(r"<int:[^>]+>", "99999999", rule).replace("<year>", "2026")
    address = re.sub(r"<any\(csv[^>]+>", "csv", address)
    address = re.sub(r"<any\('(\w+)'[^>]+>", r"\1", address)
    return re.sub(r"<[^>]+>", UNKNOWN, address)


def _orders(app: Flask) -> dict[str, str]:
    """A complaint, a review, a transfer with its proof, a sum that does not fit, a payout."""
    at = now()
    buyer = factories.person(cast.BUYER)
    placed = factories.order({cast.CHIPS: 1}, user=buyer, at=at - timedelta(days=1))
    number, child = placed.order.number, placed.order.children[0].number
    walk(placed.order.children[0], "disputed", at=at - timedelta(hours=9))
    line = reviewed(at=at - timedelta(days=2)).id
    payee = payouts.shop()
    payouts.bank(payee)
    for each in (payee, payouts.village()):
        payouts.sold(each, 60_000)
    payouts.bank(payouts.village())
    batch = payouts.collected()[0].rpartition("-")[0]
    parked, taken = parked_sum(at=at), taken_sum(at=at)
    paid = factories.order({cast.CHIPS: 1}, pay="transfer", user=factories.person(cast.BUYER), at=at)
    attempt = direct.attempt_of(paid.order.children[0])
    key, waiting, part = attempt.key, paid.order.number, paid.order.children[0].number
    guest = Browser(app)
    guest.post(
        f"/pesanan/{waiting}/bukti-transfer",
        {"toko": cast.HER_SHOP, "token": paid.token, "bukti": (direct.picture(), "bukti.jpg")},
    )
    picture = db.session.scalars(select(PaymentProof.picture_key).order_by(PaymentProof.id.desc())).first()
    return {
        "pesanan/<number>": number,
        "penjual/pesanan/<number>": child,
        "komplain/<number>": child,
        "api/v1/orders/<number>": number,
        "admin/pembukuan/pesanan/<number>": number,
        "ulasan/<int:number>": str(line),
        "<batch>": batch,
        "<batch>/<number>": f"{batch}-1",
        "pencairan/<number>": f"{batch}-1",
        "<int:event_id>": str(parked),
        "<int:clawback_id>": str(taken),
        "gerai/pembayaran/<key>": key,
        "<picture_key>": picture or "",
        "pengembalian-dana/<key>": UNKNOWN,
        "waiting": waiting,
        "part": part,
    }


def _shop() -> dict[str, str]:
    at = now()
    file = goods_files.check(goods_files.csv_file("nama;harga", "Dodol;1000"), at=at)
    service, inputs = inputs_files.leave(at=at)
    owner, shop = factories.person(cast.SELLER), factories.shop(cast.HER_SHOP)
    with transaction() as session:
        permit = recording.record(shop, PermitDraft("pirt", "12345", "Sari"), actor="seller:1", at=at).id
        invited = members.invite(shop, STAFF, by=owner, at=at)
        invitation = session.scalars(select(ShopInvitation.id)).first()
        notice = Notice(
            user_id=factories.person(cast.BUYER).id, event_id=1, kind="shop.verified", topic="toko",
            title="Kabar", body="Isi", address="/pesanan", happened_at=at,
        )  # fmt: skip
        session.add(notice)
        session.flush()
        notice_id = notice.id
    return {
        "<slug>": cast.HER_SHOP,
        "/produk/<slug>": cast.CHIPS,
        "tanpa-izin/<slug>": cast.CHIPS,
        "/stok/<slug>": cast.CHIPS,
        "qris/<slug>": cast.HER_SHOP,
        "<shop>": cast.HER_SHOP,
        "<int:permit_id>": str(permit),
        "impor/<int:number>": str(file),
        "undangan/<int:number>": str(invitation),
        "undangan/<token>": invited.token,
        "layanan/<int:number>": str(service),
        "masukan/berkas/<int:number>": str(inputs),
        "mutu/<int:number>": "1",
        "<int:number>": "1",
        "<int:user>": str(owner.id),
        "<int:notice_id>": str(notice_id),
        "<int:line_id>": "1",
        "<int:part>": "1",
        "<int:revision>": "1",
        "<code>": cast.HANURA,
        "indikator/<code>": "SE-01",
        "webhook/<code>": "stripe",
        "terbitan/<code>": cast.HANURA[:5],
        "terbitan/<code>/<key>": "2026-09",
        "<year>": "2026",
        "<step>": "kirim",
        "masukan/<slug>": "status",
        "<any(csv, xlsx):kind>": "csv",
        "<any(csv, xlsx):ending>": "csv",
        "<any(svg, png):kind>": "svg",
        "<any('tindakan','data-awal'):slug>": "tindakan",
        "berkas.<kind>": "csv",
        "<hari>": day_wib(at).isoformat(),
        "<paper>": UNKNOWN,
        "<token>": UNKNOWN,
        "<name>": UNKNOWN,
        "media/<key>": UNKNOWN,
        "<session_id>": UNKNOWN,
        "<path:rest>": UNKNOWN,
        "<path:name>": UNKNOWN,
        "<path:filename>": UNKNOWN,
    }
