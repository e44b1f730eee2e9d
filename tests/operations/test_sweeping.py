"""What has served its purpose goes, a day's grace later; what is alive stays, and the proofs hold."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from marketplace.accounts.models import SignIn, SignInTry
from marketplace.accounts.signing_in import IDLE
from marketplace.catalog.models import Photo
from marketplace.extensions import db
from marketplace.kit import storage
from marketplace.kit.columns import Base
from marketplace.kit.idempotency import AnsweredRequest
from marketplace.kit.outbox import OutboxDelivery, OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.notices.models import FAILED, SENT, WAITING, DeadlineReminder, Notice, NoticeMail
from marketplace.operations import proofs, sweeping, worker
from marketplace.orders.models import OrderLine
from tests import cast, factories

AT = factories.AT
DAY = timedelta(days=1)


def count(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def keep(*rows: Base) -> None:
    with transaction() as session:
        session.add_all(rows)


def notice(number: int, *, read: datetime | None, state: str = "", queued: datetime = AT) -> Notice:
    person = factories.person(cast.BUYER)
    made = Notice(
        user_id=person.id,
        event_id=number,
        kind="shop.verified",
        topic="toko",
        title=f"Kabar {number}",
        body="",
        address="/",
        happened_at=AT - timedelta(days=400),
        read_at=read,
    )
    if state:
        keep(NoticeMail(notice=made, state=state, queued_at=queued, next_try_at=queued))
    else:
        keep(made)
    return made


def test_read_notices_go_after_half_a_year_and_unread_ones_stay(app: Flask) -> None:
    with app.app_context():
        notice(1, read=AT - timedelta(days=181))
        notice(2, read=AT - timedelta(days=179))
        notice(3, read=None)
        notice(4, read=AT - timedelta(days=181), state=WAITING)
        assert sweeping.sweep(at=AT)["notices"] == 2
        assert set(db.session.scalars(select(Notice.event_id))) == {2, 3} and count(NoticeMail) == 0


def test_mails_go_a_month_later_but_none_that_still_waits(app: Flask) -> None:
    with app.app_context():
        long_ago = AT - timedelta(days=31)
        for number, (state, queued) in enumerate(
            [(SENT, long_ago), (FAILED, long_ago), (WAITING, long_ago), (SENT, AT - timedelta(days=29))]
        ):
            notice(number, read=None, state=state, queued=queued)
        assert sweeping.sweep(at=AT)["mails"] == 2
        assert sorted(db.session.scalars(select(NoticeMail.state))) == [SENT, WAITING] and count(Notice) == 4


def test_sessions_that_open_nothing_any_more_go(app: Flask) -> None:
    with app.app_context():
        user_id = factories.person(cast.BUYER).id

        def session(name: str, seen: datetime, ended: datetime | None = None) -> SignIn:
            return SignIn(token_hash=name, user_id=user_id, started_at=seen, seen_at=seen, ended_at=ended)

        keep(
            session("alive", AT - IDLE + DAY),
            session("idle", AT - IDLE - 2 * DAY),
            session("left", AT - 3 * DAY, AT - 2 * DAY),
            session("just left", AT, AT),
            SignInTry(subject="old", at=AT - 2 * DAY),
            SignInTry(subject="new", at=AT - timedelta(minutes=5)),
        )
        done = sweeping.sweep(at=AT)
        assert (done["sign_ins"], done["tries"]) == (2, 1)
        assert set(db.session.scalars(select(SignIn.token_hash))) == {"alive", "just left"}
        assert list(db.session.scalars(select(SignInTry.subject))) == ["new"]


def test_keys_of_forms_go_after_a_month(app: Flask) -> None:
    with app.app_context():
        keep(
            *(
                AnsweredRequest(
                    actor="user:1", key=f"k{days}", content_hash="", answer="", answered_at=AT - days * DAY
                )
                for days in (1, 29, 31)
            )
        )
        assert sweeping.sweep(at=AT)["form_keys"] == 1
        assert set(db.session.scalars(select(AnsweredRequest.key))) == {"k1", "k29"}


def test_reminders_go_a_month_after_their_deadline(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}).order.children[0]
        keep(
            *(
                DeadlineReminder(seller_order_id=child.id, deadline_at=AT - days * DAY, reminded_at=AT)
                for days in (31, 29)
            )
        )
        assert sweeping.sweep(at=AT)["reminders"] == 1 and count(DeadlineReminder) == 1


def test_handled_events_go_with_their_receipts_and_the_proofs_hold(app: Flask) -> None:
    with app.app_context():
        for child in factories.order({cast.CHIPS: 2, cast.COFFEE: 1}).order.children:
            factories.complete(child)
        worker.drain(at=AT)
        later = AT + timedelta(days=91)
        factories.order({cast.CHIPS: 1}, at=later)
        waiting = select(OutboxEvent.id).where(OutboxEvent.handled_at.is_(None))
        left = set(db.session.scalars(waiting))
        assert sweeping.sweep(at=AT + timedelta(days=89))["events"] == 0
        assert sweeping.sweep(at=later)["events"] > 6
        assert set(db.session.scalars(select(OutboxEvent.id))) == left and count(OutboxDelivery) == 0
        assert proofs.prove(at=later).holds


def test_what_a_late_nota_reads_stays(app: Flask) -> None:
    with app.app_context():
        for kind in ("seller_order.refunded", "seller_order.accepted"):
            keep(OutboxEvent(kind=kind, subject="a", payload={}, happened_at=AT, handled_at=AT))
        sweeping.sweep(at=AT + timedelta(days=400))
        handled = select(OutboxEvent.kind).where(OutboxEvent.handled_at.is_not(None))
        assert list(db.session.scalars(handled)) == ["seller_order.refunded"]


def test_a_sweep_takes_many_small_steps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    with app.app_context():
        keep(*(SignInTry(subject=f"s{number}", at=AT - 9 * DAY) for number in range(5)))
        assert sweeping.sweep(at=AT)["tries"] == 5
        monkeypatch.setattr(sweeping, "MOST_BATCHES", 1)
        keep(*(SignInTry(subject=f"s{number}", at=AT - 9 * DAY) for number in range(5)))
        assert sweeping.sweep(at=AT)["tries"] == 2, "the rest has its turn tomorrow"


@pytest.fixture
def photo(app: Flask) -> Callable[..., str]:
    """Keep a photo of an age in days; its key."""
    folder: Path = app.extensions["desamart"].media_dir

    def kept(days: float) -> str:
        key = storage.new_key()
        storage.keep(folder, key, {"kecil.webp": b"picture"})
        moment = AT.timestamp() - days * 86_400
        os.utime(folder / key[:2] / key, (moment, moment))
        return key

    return kept


def test_photos_that_nothing_names_go_after_a_week(app: Flask, photo: Callable[..., str]) -> None:
    folder: Path = app.extensions["desamart"].media_dir
    shown, sold, fresh, abandoned = photo(30), photo(30), photo(6), photo(8)
    half_written = folder / shown[:2] / f".{shown}.77"
    half_written.mkdir(parents=True)
    os.utime(half_written, (0, 0))
    with app.app_context():
        product = factories.product(cast.CHIPS)
        keep(Photo(product_id=product.id, key=shown, position=0, width=4, height=3, added_at=AT))
        with transaction():
            factories.product(cast.CRACKERS).photos.append(
                Photo(key=sold, position=0, width=4, height=3, added_at=AT)
            )
        factories.order({cast.CRACKERS: 1})
        assert db.session.scalar(select(OrderLine.picture_key)) == sold
        with transaction():
            db.session.execute(delete(Photo).where(Photo.key == sold))
        assert sweeping.sweep(at=AT)["photos"] == 2
    for key, there in ((shown, True), (sold, True), (fresh, True), (abandoned, False)):
        assert (storage.locate(folder, key, "kecil.webp") is not None) is there
    assert not half_written.exists()


def test_every_table_that_names_photos_is_asked() -> None:
    asked = {(column.table.name, column.name) for column in sweeping.key_columns()}
    assert {("photo", "key"), ("order_line", "picture_key"), ("payment_proof", "picture_key")} <= asked
    assert sweeping.key_columns()[0].unique
