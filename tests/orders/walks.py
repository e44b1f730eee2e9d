"""Walks a seller order to any state, through the functions that the pages call. Inside an app context."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from marketplace.kit.transaction import transaction
from marketplace.orders import detours, steps
from marketplace.orders.causes import Cause
from marketplace.orders.models import SellerOrder
from tests.factories import AT

SELLER, BUYER = "seller:1", "buyer"
_SHIP = partial(steps.ship, actor=SELLER, courier="sendiri")
_WAYS: dict[str, tuple[Callable[..., SellerOrder], ...]] = {
    "awaiting_confirmation": (),
    "accepted": (partial(steps.accept, actor=SELLER),),
    "packed": (partial(steps.pack, actor=SELLER),),
    "shipped": (_SHIP,),
    "delivered": (partial(steps.deliver, actor=SELLER),),
    "completed": (partial(steps.complete, actor=BUYER),),
}
_STRAIGHT = list(_WAYS)
_ASIDE: dict[str, tuple[str, Callable[..., SellerOrder]]] = {
    "ready_for_pickup": ("packed", partial(steps.mark_ready, actor=SELLER)),
    "delivery_failed": ("shipped", partial(detours.fail, actor=SELLER, cause=Cause.NOT_HOME)),
    "disputed": ("delivered", partial(detours.complain, actor=BUYER, reason="Dua bungkus sobek")),
    "cancelled_by_seller": ("accepted", partial(detours.call_off, actor=SELLER, reason="Kemasan habis")),
    "returned": ("shipped", partial(detours.fail, actor=SELLER, cause=Cause.REFUSED)),
    "declined": ("awaiting_confirmation", partial(steps.decline, actor=SELLER, reason="Habis")),
}


def walk(child: SellerOrder, to: str, *, at: datetime = AT) -> int:
    """Walk an order that waits for its seller to a state, each step in a transaction of its own; its id."""
    child_id = child.id
    before, last = _ASIDE.get(to, (to, None))
    for state in _STRAIGHT[1 : _STRAIGHT.index(before) + 1]:
        for step in _WAYS[state]:
            _take(step, child_id, at)
    if last is not None:
        _take(last, child_id, at)
    if to == "returned":
        _take(partial(detours.take_back, actor=SELLER, sellable=True), child_id, at)
    return child_id


def _take(step: Callable[..., SellerOrder], child_id: int, at: datetime) -> None:
    with transaction():
        step(child_id, at=at)
