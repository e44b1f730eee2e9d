"""Decides how the way of an order is told: what happened, where it stands, what comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.kit.languages import retold
from marketplace.orders.detours import buyer_may_complain
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.queries import Happened, events
from marketplace.orders.states import BEFORE_HAND_OVER, LABELS, UNDELIVERED, Status
from marketplace.orders.steps import PICKED_UP, buyer_may_cancel, buyer_may_confirm

S = Status
TONES = {"warning": "wait", "success": "ok", "danger": "bad", "info": "info"}
_NEXT = {
    S.AWAITING_PAYMENT: _l("Selesaikan pembayaran. Barang disimpan untuk Anda sampai batas waktunya."),
    S.AWAITING_CONFIRMATION: _l("Penjual akan menjawab paling lambat 24 jam."),
    S.ACCEPTED: _l("Penjual menyiapkan pesanan Anda."),
    S.PACKED: _l("Pesanan sudah dikemas dan segera diserahkan."),
    S.READY_FOR_PICKUP: _l("Silakan ambil barang Anda. Tunjukkan nomor pesanan ini."),
    S.SHIPPED: _l("Barang dalam perjalanan. Tekan “Sudah saya terima” ketika sampai."),
    S.DELIVERY_FAILED: _l("Pengantaran belum berhasil. Penjual akan mencoba lagi atau menghubungi Anda."),
    S.DELIVERED: _l("Periksa barangnya. Kalau ada yang tidak beres, sampaikan komplain."),
    S.DISPUTED: _l(
        "Komplain Anda sedang ditangani. Penjual menjawab Anda; kalau tidak sepakat, petugas desa memutuskan."
    ),
    S.COMPLETED: _l("Selesai. Terima kasih sudah belanja langsung dari desa."),
}
_DEADLINES = {
    S.AWAITING_CONFIRMATION: _l("Kalau tidak dijawab sampai %(time)s, pesanan batal sendiri."),
    S.ACCEPTED: _l("Kalau tidak diserahkan sampai %(time)s, pesanan batal sendiri."),
    S.PACKED: _l("Kalau tidak diserahkan sampai %(time)s, pesanan batal sendiri."),
    S.READY_FOR_PICKUP: _l("Ambil sebelum %(time)s. Sesudah itu pesanan batal sendiri."),
    S.SHIPPED: _l("Kalau belum sampai, sampaikan komplain sebelum %(time)s; sesudah itu dianggap sampai."),
    S.DELIVERY_FAILED: _l("Kalau tidak dikirim lagi sampai %(time)s, pesanan batal sendiri."),
    S.DELIVERED: _l("Tanpa kabar dari Anda, pesanan selesai sendiri pada %(time)s."),
}


@dataclass(frozen=True)
class Step:
    """One line of the timeline; `state` is done, now, coming or failed."""

    label: str
    time: str
    note: str
    state: str


@dataclass(frozen=True)
class SellerPart:
    """A seller order as its buyer sees it."""

    child: SellerOrder
    label: str
    steps: Sequence[Step]
    next: str
    may_cancel: bool
    may_confirm: bool
    may_complain: bool


def seller_parts(order: Order) -> list[SellerPart]:
    """All parts of an order, as its buyer sees them."""
    return [
        SellerPart(
            child=child,
            label=_(LABELS[child.status]),
            steps=steps(child, events(child)),
            next=_what_next(child),
            may_cancel=buyer_may_cancel(child),
            may_confirm=buyer_may_confirm(child),
            may_complain=buyer_may_complain(child),
        )
        for child in order.children
    ]


def steps(child: SellerOrder, happened: Iterable[Happened]) -> list[Step]:
    """What happened to a seller order, and the way that is still ahead of it."""
    done = [
        Step(_(LABELS[event.to_status]), moment(event.at), retold(event.reason), "done") for event in happened
    ]
    status = Status(child.status)
    if done:
        last = done[-1]
        state = "failed" if status in UNDELIVERED else "done" if status == S.COMPLETED else "now"
        done[-1] = Step(last.label, last.time, last.note, state)
    return done + [Step(_(LABELS[ahead]), "", "", "coming") for ahead in _ahead(child, status)]


def _what_next(child: SellerOrder) -> str:
    """What comes next, and what happens by itself if nobody does anything."""
    status = Status(child.status)
    said = str(_NEXT.get(status, ""))
    if child.expected_on is not None and status in BEFORE_HAND_OVER:
        day = format_date(child.expected_on, "d MMMM y")
        said += " " + str(_("Barang siap diserahkan mulai %(day)s.", day=day))
    if child.deadline_at is None or status not in _DEADLINES:
        return said
    return f"{said} {str(_DEADLINES[status]) % {'time': moment(child.deadline_at)}}"


def moment(at: datetime) -> str:
    """A moment for people, in WIB."""
    return str(_("%(time)s WIB", time=format_datetime(at, "d MMM y, HH.mm")))


def _ahead(child: SellerOrder, status: Status) -> list[Status]:
    """The states still to come on the straight way; none once it has left that way."""
    handed_over = S.READY_FOR_PICKUP if child.delivery_method in PICKED_UP else S.SHIPPED
    first = [S.AWAITING_PAYMENT, S.AWAITING_CONFIRMATION, S.ACCEPTED, S.PACKED]
    way = [*first, handed_over, S.DELIVERED, S.COMPLETED]
    return way[way.index(status) + 1 :] if status in way else []
