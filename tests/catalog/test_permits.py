"""Permits and goods: notice first, then off the shelf, and back by itself; reminders once; decisions kept."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.catalog import publishing
from marketplace.catalog.models import ACTIVE, PAUSED
from marketplace.catalog.permits import recording, standing, watching
from marketplace.catalog.permits.gaps import AFTER_REJECTION, NOTICE
from marketplace.catalog.permits.models import REJECTED, VERIFIED, WAITING, Permit
from marketplace.catalog.permits.recording import PermitDraft
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.factories import AT

HER = "seller:1"
DAY = timedelta(days=1)
TODAY = day_wib(AT)
PIRT = PermitDraft("pirt", "2101871012345-31", "Sari")


def record(
    draft: PermitDraft = PIRT, *, at: datetime = AT, follows: int | None = None, shop: str = cast.HER_SHOP
) -> int:
    with transaction():
        earlier = db.session.get(Permit, follows) if follows else None
        return recording.record(factories.shop(shop), draft, actor=HER, at=at, follows=earlier).id


def ends(day: date, **changes: Any) -> PermitDraft:
    return PermitDraft(
        **{"kind": "md", "number": "MD 235602169254", "holder": "Sari", "expires_on": day, **changes}
    )


def decide(
    permit_id: int,
    verdict: str,
    reason: str = "",
    *,
    seen: str = WAITING,
    at: datetime = AT,
    by: str = cast.OPERATOR,
) -> None:
    with transaction():
        permit = db.session.get_one(Permit, permit_id)
        who = factories.person(by)
        recording.decide(permit, verdict=verdict, reason=reason, by=who, seen=seen, at=at)


def cover(permit_id: int, *slugs: str) -> None:
    with transaction():
        permit = db.session.get_one(Permit, permit_id)
        recording.cover(permit, [factories.product(slug).id for slug in slugs], at=AT + 31 * DAY)


def status(slug: str = cast.CHIPS) -> str:
    db.session.expire_all()
    return factories.product(slug).status


def told(kind: str) -> list[dict[str, Any]]:
    rows = select(OutboxEvent).where(OutboxEvent.kind == kind).order_by(OutboxEvent.id)
    return [event.payload for event in db.session.scalars(rows)]


def test_goods_without_a_permit_get_thirty_days_of_notice_and_then_pause(app: Flask) -> None:
    with app.app_context():
        watching.watch(AT)
        (hers,) = [
            event for event in told("permit.missing") if event["shop_id"] == factories.shop(cast.HER_SHOP).id
        ]
        assert hers["days"] == NOTICE and len(hers["product_ids"]) == 3
        watching.watch(AT + NOTICE * DAY)
        assert status() == ACTIVE
        watching.watch(AT + (NOTICE + 1) * DAY)
        assert status() == PAUSED == status(cast.COFFEE)
        assert [event["days"] for event in told("permit.missing")] == [NOTICE, NOTICE]
        assert len(told("permit.paused")) == 2
        assert watching.watch(AT + (NOTICE + 1) * DAY) == 0


def test_what_the_rule_paused_comes_back_by_itself_and_cannot_be_shown_before(app: Flask) -> None:
    late = AT + (NOTICE + 1) * DAY
    with app.app_context():
        watching.watch(AT)
        watching.watch(late)
        with pytest.raises(Conflict, match="menunggu izinnya"), transaction():
            publishing.resume(factories.product(cast.CHIPS), at=late)
        record(at=late)
        assert status() == ACTIVE and status(cast.COFFEE) == PAUSED
        assert standing.open_gaps(factories.shop(cast.HER_SHOP)) == []


def test_what_the_seller_hid_stays_hidden_when_the_permit_comes(app: Flask) -> None:
    with app.app_context():
        watching.watch(AT)
        with transaction():
            publishing.pause(factories.product(cast.CHIPS), at=AT)
        record(at=AT + 31 * DAY)
        assert status() == PAUSED


def test_a_permit_for_some_goods_leaves_the_others_without(app: Flask) -> None:
    with app.app_context():
        chips = factories.product(cast.CHIPS).id
        permit_id = record(PermitDraft("pirt", PIRT.number, "Sari", product_ids=(chips,)))
        watching.watch(AT)
        watching.watch(AT + 31 * DAY)
        assert (status(), status(cast.CRACKERS)) == (ACTIVE, PAUSED)
        cover(permit_id, cast.CHIPS, cast.CRACKERS)
        assert status(cast.CRACKERS) == ACTIVE
        with pytest.raises(NotFound):
            cover(permit_id, cast.COFFEE)


def test_goods_that_need_none_by_the_sellers_word_are_left_alone(app: Flask) -> None:
    with app.app_context():
        with transaction():
            recording.exempt(factories.product(cast.CHIPS), "singkat", actor=HER, at=AT)
        watching.watch(AT)
        watching.watch(AT + 31 * DAY)
        assert (status(), status(cast.CRACKERS)) == (ACTIVE, PAUSED)
        with transaction():
            recording.exempt(factories.product(cast.CRACKERS), "bahan", actor=HER, at=AT + 31 * DAY)
        assert status(cast.CRACKERS) == ACTIVE
        with pytest.raises(Invalid), transaction():
            recording.exempt(factories.product(cast.CHIPS), "malas", actor=HER, at=AT)


def test_what_keeps_a_week_needs_no_distribution_permit(app: Flask) -> None:
    with app.app_context():
        with transaction():
            factories.product(cast.CHIPS).shelf_life_days = 7
            factories.product(cast.CRACKERS).shelf_life_days = 8
        watching.watch(AT)
        watching.watch(AT + 31 * DAY)
        assert (status(), status(cast.CRACKERS)) == (ACTIVE, PAUSED)


def test_a_shop_is_reminded_once_per_step_and_told_the_end_once(app: Flask) -> None:
    with app.app_context():
        end = TODAY + 61 * DAY
        permit_id = record(ends(end))
        for day in range(64):
            watching.watch(AT + day * DAY)
            watching.watch(AT + day * DAY)
        assert [event["days"] for event in told("permit.expiring")] == [60, 30, 7]
        (ended,) = told("permit.expired")
        assert ended["permit_id"] == permit_id and len(ended["product_ids"]) == 3


def test_a_permit_that_ends_takes_its_goods_off_the_next_day(app: Flask) -> None:
    with app.app_context():
        record(ends(TODAY + 9 * DAY))
        watching.watch(AT + 9 * DAY)
        assert status() == ACTIVE
        watching.watch(AT + 10 * DAY)
        assert status() == ACTIVE
        watching.watch(AT + 11 * DAY)
        assert status() == PAUSED


def test_a_renewal_takes_the_place_of_the_old_one(app: Flask) -> None:
    with app.app_context():
        old = record(ends(TODAY + 5 * DAY))
        new = record(ends(TODAY + 900 * DAY, number="MD 235602169255"), follows=old)
        watching.watch(AT)
        watching.watch(AT + 20 * DAY)
        assert status() == ACTIVE and told("permit.expiring") == told("permit.expired") == []
        with pytest.raises(Conflict, match="sudah diperpanjang"):
            record(ends(TODAY + 900 * DAY), follows=old)
        decide(new, REJECTED, "Nomornya milik usaha lain")
        # The old one counts again as long as it holds, and may be followed anew.
        assert [one.number for one in standing.badges(factories.product(cast.CHIPS), at=AT)] == [
            "MD 235602169254"
        ]
        record(ends(TODAY + 900 * DAY), follows=old)


def test_a_rejected_permit_does_not_count_and_gives_seven_days(app: Flask) -> None:
    with app.app_context():
        permit_id = record()
        watching.watch(AT)
        assert told("permit.missing")[0]["shop_id"] == factories.shop(cast.HIS_SHOP).id
        with pytest.raises(Invalid, match="alasannya"):
            decide(permit_id, REJECTED)
        decide(permit_id, REJECTED, "Nomor tidak terdaftar")
        assert told("permit.rejected")[0]["permit_id"] == permit_id
        gone = AT + (NOTICE + AFTER_REJECTION + 2) * DAY
        watching.watch(AT)
        watching.watch(gone)
        assert status() == PAUSED
        decide(permit_id, VERIFIED, seen=REJECTED, at=gone)
        assert status() == ACTIVE
        permit = db.session.get_one(Permit, permit_id)
        assert [one.verdict for one in permit.decisions] == [REJECTED, VERIFIED]


def test_two_who_look_at_once_decide_once_and_nobody_judges_the_own_shop(app: Flask) -> None:
    with app.app_context():
        permit_id = record()
        decide(permit_id, VERIFIED)
        with pytest.raises(Conflict, match="baru saja diperiksa"):
            decide(permit_id, REJECTED, "Tidak cocok")
        with pytest.raises(Conflict, match="catat sendiri"):
            decide(permit_id, VERIFIED, seen=VERIFIED, by=cast.SELLER)


def test_only_a_person_makes_a_permit_verified(app: Flask) -> None:
    with app.app_context():
        permit_id = record()
        record(PermitDraft("nib", "9120001234567", "Sari"))
        chips = factories.product(cast.CHIPS)
        assert [(one.kind, one.verified) for one in standing.badges(chips, at=AT)] == [("pirt", False)]
        decide(permit_id, VERIFIED)
        assert [(one.kind, one.verified) for one in standing.badges(chips, at=AT)] == [("pirt", True)]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (PermitDraft("sim", "123456", "Sari"), "jenis"),
        (PermitDraft("nib", " ", "Sari"), "nomor"),
        (PermitDraft("nib", "9120001234567", ""), "pemegang"),
        (PermitDraft("pirt", "2101871012345-24", "Sari"), "nomor"),
        (PermitDraft("halal", "ID1", "Sari", expires_on=TODAY - DAY), "berakhir"),
        (PermitDraft("halal", "ID1", "Sari", issued_on=TODAY + DAY), "terbit"),
    ],
)
def test_a_permit_that_cannot_be_is_refused(app: Flask, draft: PermitDraft, field: str) -> None:
    with app.app_context():
        with pytest.raises(Invalid) as refusal:
            record(draft)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE permit SET number = 'MD 1'",
        "UPDATE permit SET expires_on = NULL",
        "DELETE FROM permit",
        "UPDATE permit_decision SET verdict = 'rejected'",
        "DELETE FROM permit_decision",
        "DELETE FROM permit_product",
    ],
)
def test_what_was_written_about_a_permit_never_changes(app: Flask, damage: str) -> None:
    with app.app_context():
        permit_id = record(
            PermitDraft("pirt", PIRT.number, "Sari", product_ids=(factories.product(cast.CHIPS).id,))
        )
        decide(permit_id, VERIFIED)
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(text(damage))


def test_a_permit_that_its_shop_ends_counts_no_more_and_stays_on_record(app: Flask) -> None:
    with app.app_context():
        first = record(ends(TODAY + 400 * DAY))
        second = record(follows=first)
        chips = factories.product(cast.CHIPS)
        assert [badge.kind for badge in standing.badges(chips, at=AT)] == ["pirt"]
        with transaction():
            recording.end(db.session.get_one(Permit, second), why="salah", words="", actor=HER, at=AT)
        # The wrong entry followed a right one, and that counts again.
        assert [badge.kind for badge in standing.badges(chips, at=AT)] == ["md"]
        with transaction():
            recording.end(db.session.get_one(Permit, first), why="berhenti", words="Pindah", actor=HER, at=AT)
        assert standing.badges(factories.product(cast.CHIPS), at=AT) == []
        kept = db.session.get_one(Permit, first)
        assert (kept.ended_by, kept.end_words, kept.number) == (HER, "Pindah", "MD 235602169254")
        assert standing.of_regions([cast.HANURA], decided=False) == []
        with pytest.raises(Conflict, match="diakhiri"), transaction():
            recording.end(db.session.get_one(Permit, first), why="salah", words="", actor=HER, at=AT)
        with pytest.raises(Conflict, match="diakhiri"), transaction():
            recording.cover(db.session.get_one(Permit, first), [], at=AT)
        with pytest.raises(Conflict, match="diakhiri"):
            decide(first, VERIFIED)
        third = record()
        with pytest.raises(Invalid), transaction():
            recording.end(db.session.get_one(Permit, third), why="bosan", words="", actor=HER, at=AT)
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(text("UPDATE permit SET ended_at = NULL"))


def test_a_revoked_renewal_does_not_bring_back_what_it_followed(app: Flask) -> None:
    with app.app_context():
        first = record(ends(TODAY + 400 * DAY))
        second = record(follows=first)
        with transaction():
            recording.end(db.session.get_one(Permit, second), why="dicabut", words="", actor=HER, at=AT)
        assert standing.badges(factories.product(cast.CHIPS), at=AT) == []
        assert db.session.get_one(Permit, first).end_reason == "dicabut"


def test_a_permit_that_is_over_is_not_ended_for_more_time(app: Flask) -> None:
    with app.app_context():
        permit_id = record(ends(TODAY + DAY))
        with pytest.raises(Conflict, match="habis"), transaction():
            recording.end(
                db.session.get_one(Permit, permit_id), why="salah", words="", actor=HER, at=AT + 3 * DAY
            )


def test_goods_whose_permit_was_ended_get_notice_and_then_leave_the_shelf(app: Flask) -> None:
    with app.app_context():
        permit_id = record()
        watching.watch(at=AT)
        with transaction():
            recording.end(db.session.get_one(Permit, permit_id), why="dicabut", words="", actor=HER, at=AT)
        watching.watch(at=AT)
        assert factories.product(cast.CHIPS).status == ACTIVE
        watching.watch(at=AT + (NOTICE + 1) * DAY)
        assert factories.product(cast.CHIPS).status == PAUSED
