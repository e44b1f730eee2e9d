"""Decides who listens to what: one table of event kinds and the handlers that hear them."""

from marketplace.indicators import handlers as indicators
from marketplace.kit.outbox import ForMany, Handler
from marketplace.notices import handlers as notices
from marketplace.notices.rules import KINDS
from marketplace.orders import handlers as orders
from marketplace.payments import handlers as payments
from marketplace.search import handlers as search

_RETURN_MONEY = ("payments.return_money", payments.return_money)
_CORRECT_NOTA = ("orders.correct_nota", orders.correct_nota)
_COUNT_ANSWER = ("orders.count_answer", orders.count_answer)
_RECORD_CASH = ("payments.record_cash", payments.record_cash)
_TELL = ("notices.tell", ForMany(notices.tell_all))
_COUNT_BACK = ("payments.count_back", payments.count_back)
_END_ASKING = ("payments.end_asking", payments.end_asking)
_RECORD_OUTCOME = ("indicators.record_outcome", indicators.record_outcome)

_LISTENERS: dict[str, tuple[tuple[str, Handler], ...]] = {
    "product.changed": (("search.mark_product", search.mark_product),),
    "shop.changed": (("search.mark_shop", search.mark_shop),),
    "seller_order.accepted": (_COUNT_ANSWER,),
    "seller_order.declined": (
        _COUNT_ANSWER,
        _RETURN_MONEY,
        _RECORD_OUTCOME,
    ),
    "seller_order.lapsed": (_COUNT_ANSWER, _CORRECT_NOTA, _RETURN_MONEY, _RECORD_OUTCOME),
    "seller_order.cancelled": (_RETURN_MONEY, _END_ASKING, _RECORD_OUTCOME),
    "seller_order.expired": (_END_ASKING,),
    "seller_order.cancelled_by_seller": (_CORRECT_NOTA, _RETURN_MONEY, _RECORD_OUTCOME),
    "seller_order.returned": (_CORRECT_NOTA, _RETURN_MONEY, _RECORD_OUTCOME),
    "seller_order.refunded": (
        _CORRECT_NOTA,
        _COUNT_BACK,
        ("indicators.record_refund", indicators.record_refund),
    ),
    "seller_order.delivered": (_RECORD_CASH,),
    # A complaint about goods on their way may end as a sale that nobody called delivered.
    "seller_order.completed": (
        _RECORD_CASH,
        _COUNT_BACK,
        ("indicators.record_sale", indicators.record_sale),
        _RECORD_OUTCOME,
    ),
}
# Which kinds people are told is decided by the table of the notices.
SUBSCRIPTIONS: dict[str, tuple[tuple[str, Handler], ...]] = {
    kind: (*_LISTENERS.get(kind, ()), *((_TELL,) if kind in KINDS else ()))
    for kind in sorted(_LISTENERS.keys() | KINDS)
}
