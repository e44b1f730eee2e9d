"""Decides what the page of one seller order shows its shop, with a form for each step it can take now."""

from dataclasses import dataclass, field, replace
from functools import partial

from flask import render_template

from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.orders import queries, seller_pages, steps
from marketplace.orders.detour_forms import CallOffForm, FailForm, SettleForm, TakeBackForm
from marketplace.orders.forms import DeclineForm, ShipForm, couriers
from marketplace.orders.models import SellerOrder
from marketplace.orders.notas.queries import with_nota
from marketplace.orders.seller_list import chat
from marketplace.orders.states import Status
from marketplace.orders.urgency import due
from marketplace.sellers.desk import Desk


@dataclass(frozen=True)
class Forms:
    """The forms of the page; those that nobody sent are empty."""

    decline: DeclineForm = field(default_factory=partial(DeclineForm, formdata=None))
    ship: ShipForm = field(default_factory=partial(ShipForm, formdata=None))
    call_off: CallOffForm = field(default_factory=partial(CallOffForm, formdata=None))
    fail: FailForm = field(default_factory=partial(FailForm, formdata=None))
    take_back: TakeBackForm = field(default_factory=partial(TakeBackForm, formdata=None))
    settle: SettleForm = field(default_factory=partial(SettleForm, formdata=None))


def show(here: Desk, mine: SellerOrder, forms: Forms | None = None) -> str:
    """The page, with what was typed into a refused form."""
    forms = forms or Forms()
    forms = replace(forms, ship=forms.ship.for_order(mine), take_back=forms.take_back.for_order(mine))
    happened, at = queries.events(mine), now()
    return render_template(
        "orders/seller_order.html",
        desk=here,
        order=mine,
        steps=steps.next_steps(mine),
        contact=seller_pages.contact(mine),
        money_words=seller_pages.money_words(mine),
        carried_by=seller_pages.carried_by(mine),
        picked_up=seller_pages.is_picked_up(mine),
        badge_of=seller_pages.badge_of,
        line_picture=seller_pages.line_picture,
        has_nota=bool(with_nota([mine])),
        chat=chat(
            mine,
            dict(couriers()),
            public_url=settings().public_url,
            at=at,
            reason=happened[-1].reason if happened else "",
        ),
        happenings=seller_pages.history(happened),
        cash_record=seller_pages.cash_words(mine, at=at),
        due=due(Status(mine.status), mine.deadline_at, at=at),
        deadline=seller_pages.deadline_words(mine),
        forms=forms,
    )
