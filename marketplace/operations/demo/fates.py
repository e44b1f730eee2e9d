"""Decides what becomes of a demo order: most arrive, some are cancelled, declined or forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.stage import Stage
from marketplace.orders import steps
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status

Step = Callable[[datetime], object]
SELLER = "seller:demo"
# Whoever pays by card has paid by then, so that no seller answers before.
PAID_BY = timedelta(minutes=25)
_REASONS = ("Stok sedang kosong", "Cuaca buruk, belum bisa panen", "Sedang ada hajatan, tutup dulu")


def fulfil(stage: Stage, order_id: int, placed: datetime) -> None:
    """Take every seller order of an order as far as the story's present allows."""
    children = [(child.id, child.delivery_method) for child in db.session.get_one(Order, order_id).children]
    for child_id, method in children:
        with transaction():
            _walk(stage, child_id, method, placed)


def journey(stage: Stage, child_id: int, method: str) -> list[tuple[float, Step]]:
    """The steps from the seller's inbox to the end, each with the most hours it takes."""
    courier = {"ekspedisi": "jne", "titip": "kurir-desa"}.get(method, "sendiri")
    resi = f"JP{stage.random.randrange(10**9, 10**10)}" if method == "ekspedisi" else ""

    def hand_over(at: datetime) -> object:
        if method in steps.PICKED_UP:
            return steps.mark_ready(child_id, actor=SELLER, at=at)
        return steps.ship(child_id, actor=SELLER, at=at, courier=courier, tracking_number=resi)

    return [
        (9, lambda at: steps.accept(child_id, actor=SELLER, at=at)),
        (8, lambda at: steps.pack(child_id, actor=SELLER, at=at)),
        (12, hand_over),
        (60 if method == "ekspedisi" else 20, lambda at: steps.deliver(child_id, actor=SELLER, at=at)),
        (40, lambda at: steps.complete(child_id, actor="buyer", at=at)),
    ]


def _walk(stage: Stage, child_id: int, method: str, placed: datetime) -> None:
    child = db.session.get_one(SellerOrder, child_id)
    if child.status == Status.AWAITING_PAYMENT:
        if child.deadline_at and child.deadline_at < stage.until:
            steps.run_out(child_id, at=child.deadline_at)
        return
    moment: datetime | None = placed + PAID_BY
    for hours, step in _fate(stage, child_id) or journey(stage, child_id, method):
        if moment is not None:
            moment = _at(stage, moment, hours, step)


def _fate(stage: Stage, child_id: int) -> list[tuple[float, Step]]:
    """A sad end for a few; nothing for most."""
    chance = stage.random.random()
    reason = stage.random.choice(_REASONS)
    if chance < 0.03:
        return [(1, lambda at: steps.cancel(child_id, actor="buyer", at=at, reason="Salah pesan"))]
    if chance < 0.06:
        return [(5, lambda at: steps.decline(child_id, actor=SELLER, at=at, reason=reason))]
    if chance < 0.08:
        return [(-24.5, lambda at: steps.run_out(child_id, at=at))]
    return []


def _at(stage: Stage, after: datetime, hours: float, step: Step) -> datetime | None:
    """Do a step within `hours` of a moment (if negative, exactly then); None when that lies ahead."""
    delay = -hours if hours < 0 else max(0.3, stage.random.random() * hours)
    moment = after + timedelta(hours=delay)
    if moment >= stage.until:
        return None
    step(moment)
    return moment
