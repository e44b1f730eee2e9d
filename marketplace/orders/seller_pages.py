"""Decides what a seller sees of an order: the buyer while it lives, how it is paid, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from phonenumbers import PhoneNumberFormat, format_number, parse

from marketplace.catalog.pictures import Picture, picture
from marketplace.kit.languages import retold
from marketplace.kit.money import rupiah
from marketplace.kit.texts import noted
from marketplace.orders import cash
from marketplace.orders.forms import couriers
from marketplace.orders.models import COUNTER, OrderLine, SellerOrder
from marketplace.orders.queries import Happened
from marketplace.orders.states import BEFORE_HAND_OVER, ENDED, LABELS, TONES, UNDELIVERED, Status
from marketplace.orders.steps import PICKED_UP
from marketplace.regions.queries import full_labels

# The tones of states, in the words of the badge.
_TONES = {"warning": "wait", "success": "ok", "danger": "bad"}
_DEADLINES = {
    Status.AWAITING_CONFIRMATION: _l("Jawab sebelum %(time)s. Sesudah itu pesanan batal sendiri."),
    Status.ACCEPTED: _l("Serahkan sebelum %(time)s. Sesudah itu pesanan batal sendiri."),
    Status.PACKED: _l("Serahkan sebelum %(time)s. Sesudah itu pesanan batal sendiri."),
    Status.READY_FOR_PICKUP: _l(
        "Kalau tidak diambil sampai %(time)s, barang kembali ke rak dan pesanan berakhir."
    ),
    Status.SHIPPED: _l("Tanpa kabar, pesanan dianggap sampai pada %(time)s."),
    Status.DELIVERY_FAILED: _l(
        "Kalau tidak dikirim lagi sampai %(time)s, barang kembali ke rak dan pesanan berakhir."
    ),
    Status.DELIVERED: _l("Menunggu pembeli mengatakan barangnya diterima. Selesai sendiri pada %(time)s."),
}
_PAID_WITH = {
    "cod": noted("Tunai saat barang sampai"),
    "ambil": noted("Tunai saat diambil"),
    "transfer": noted("Transfer ke penjual"),
    "qris": noted("QRIS penjual"),
}


@dataclass(frozen=True)
class Contact:
    """How to reach the buyer; exists for live orders only."""

    phone: str
    phone_text: str
    address: str
    landmark: str
    region: str


@dataclass(frozen=True)
class Happening:
    """One entry of the timeline."""

    label: str
    time: str
    note: str
    state: str


def badge_of(order: SellerOrder) -> tuple[str, str]:
    """The state's name and the tone of its badge."""
    tone = TONES.get(order.status, "")
    return str(_(LABELS[order.status])), _TONES.get(tone, tone)


def payment_words(order: SellerOrder) -> str:
    """How it is paid, in a few words."""
    if order.platform_collects:
        return str(_("Sudah dibayar lewat DesaMart"))
    way = str(_(_PAID_WITH.get(order.order.payment_method, noted("Tunai"))))
    if not order.prepaid:
        return way
    return str(_("%(way)s, lunas", way=way) if order.paid_at else _("%(way)s, belum dibayar", way=way))


def money_words(order: SellerOrder) -> str:
    """What the seller does about the money now."""
    status, total = Status(order.status), rupiah(order.total)
    if order.prepaid and not order.platform_collects:
        return _directly_paid(order, total)
    if status in UNDELIVERED:
        return str(_("Pesanan ini tidak jadi, jadi tidak ada uang yang Anda terima."))
    if order.platform_collects and status == Status.COMPLETED:
        return str(_("Sudah masuk saldo Anda."))
    if order.platform_collects:
        return str(_("Pembeli sudah membayar lewat DesaMart. Masuk saldo Anda setelah pesanan selesai."))
    return _paid_in_cash(order, total)


def deadline_words(order: SellerOrder) -> str:
    """What happens by itself, and when; empty where the order waits for a person."""
    if order.deadline_at is None:
        return ""
    status = Status(order.status)
    said = str(_DEADLINES.get(status, "")) % {"time": _moment(order.deadline_at)}
    if order.expected_on is None or status not in BEFORE_HAND_OVER:
        return said
    day = format_date(order.expected_on, "d MMMM y")
    return str(_("Barang siap diserahkan mulai %(day)s.", day=day)) + f" {said}"


def _directly_paid(order: SellerOrder, total: str) -> str:
    ended = Status(order.status) in UNDELIVERED
    if order.paid_at is None and ended:
        return str(_("Pesanan ini tidak jadi, jadi tidak ada uang yang Anda terima."))
    if order.paid_at is None:
        words = _("%(total)s belum masuk. Kirim barang hanya setelah dikonfirmasi.", total=total)
        return str(words)
    if ended:
        return str(_("Pesanan ini tidak jadi. Kembalikan %(total)s kepada pembeli.", total=total))
    return str(
        _("%(total)s sudah masuk langsung ke rekening. Biaya layanan dicatat di saldo Anda.", total=total)
    )


def _paid_in_cash(order: SellerOrder, total: str) -> str:
    if order.order.channel == COUNTER:
        return str(
            _(
                "%(total)s tunai sudah diterima gerai untuk Anda. Biaya layanan dicatat di saldo Anda.",
                total=total,
            )
        )
    if Status(order.status) in (Status.DELIVERED, Status.COMPLETED):
        return str(
            _("Uang tunai %(total)s sudah Anda terima. Biaya layanan dicatat di saldo Anda.", total=total)
        )
    return str(_("Tagih tunai %(total)s dari pembeli. Biaya layanan dicatat di saldo nanti.", total=total))


def cash_words(order: SellerOrder, *, at: datetime) -> str:
    """How the buyer's earlier cash orders went, for the shop that decides about this one; else empty."""
    if order.status != Status.AWAITING_CONFIRMATION or order.order.payment_method not in cash.WAYS:
        return ""
    record = cash.record_of(order, at=at)
    if not record.arrived and not record.refused:
        return str(_("Pembeli ini belum pernah memesan tunai di DesaMart dalam 180 hari terakhir."))
    return str(
        _(
            "Pesanan tunai pembeli ini dalam 180 hari terakhir: %(arrived)s sampai, "
            "%(refused)s ditolak atau tidak diambil.",
            arrived=record.arrived,
            refused=record.refused,
        )
    )


def carried_by(order: SellerOrder) -> str:
    """Who carries it, in words; empty before it was handed over."""
    own = {"sendiri": _("Toko sendiri"), "kurir-desa": _("Kurir desa")}
    return str(own.get(order.courier) or dict(couriers()).get(order.courier, order.courier))


def may_be_reached(order: SellerOrder) -> bool:
    """Whether the shop may see the buyer's phone and address: while the order lives, not before it is paid.

    Source of the rule: UU PDP (personal data no longer than the purpose needs).
    """
    return Status(order.status) not in (*ENDED, Status.AWAITING_PAYMENT)


def contact(order: SellerOrder) -> Contact | None:
    """The buyer's phone and address; None where the shop may not see them."""
    if not may_be_reached(order):
        return None
    buyer = order.order
    return Contact(
        phone=buyer.phone,
        phone_text=phone_text(buyer.phone),
        address=buyer.address,
        landmark=buyer.landmark,
        region=full_labels({buyer.region_code}).get(buyer.region_code, ""),
    )


def phone_text(phone: str) -> str:
    """A telephone number as it is written at home: 0812-3456-7890."""
    return format_number(parse(phone), PhoneNumberFormat.NATIONAL)


def is_picked_up(order: SellerOrder) -> bool:
    """Whether the buyer comes to the goods."""
    return order.delivery_method in PICKED_UP


def line_picture(line: OrderLine) -> Picture | None:
    """The goods as they looked at the sale."""
    return picture(line.picture_key, line.product_name) if line.picture_key else None


def history(events: Sequence[Happened]) -> list[Happening]:
    """What happened, oldest first; the last entry stands out while the order lives."""
    last = len(events) - 1
    return [
        Happening(
            label=_(LABELS[event.to_status]),
            time=_when(event.at, event.actor),
            note=retold(event.reason),
            state=_state(Status(event.to_status), present=index == last),
        )
        for index, event in enumerate(events)
    ]


def _state(status: Status, *, present: bool) -> str:
    if status in UNDELIVERED:
        return "failed"
    return "now" if present and status not in ENDED else "done"


def _when(at: datetime, actor: str) -> str:
    kind, _separator, _number = actor.partition(":")
    who = {
        "buyer": _("oleh pembeli"),
        "seller": _("oleh toko"),
        "operator": _("oleh operator desa atas nama toko"),
        "counter": _("oleh petugas"),
        "system": _("otomatis"),
    }.get(kind)
    return f"{_moment(at)}, {who}" if who else _moment(at)


def _moment(at: datetime) -> str:
    return f"{format_datetime(at, 'd MMM y, HH.mm')} WIB"
