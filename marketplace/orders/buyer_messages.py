"""Decides what a seller writes to the buyer in each state of an order: one text, ready to be sent."""

from dataclasses import dataclass

from marketplace.kit.money import rupiah
from marketplace.orders.states import UNDELIVERED, Status

_WHAT = {
    Status.AWAITING_PAYMENT: "Pesanan Anda sudah tercatat dan menunggu pembayaran.",
    Status.AWAITING_CONFIRMATION: "Pesanan Anda sudah masuk. Saya periksa barangnya dulu, lalu saya kabari.",
    Status.ACCEPTED: "Pesanan Anda saya terima dan sedang disiapkan.",
    Status.DELIVERED: "Pesanan Anda tercatat sudah sampai. Kalau ada yang kurang, kabari saya ya.",
    Status.DISPUTED: "Komplain Anda sudah saya baca. Mari kita cari jalan keluarnya bersama.",
    Status.COMPLETED: "Pesanan Anda sudah selesai. Terima kasih sudah berbelanja langsung dari desa.",
    Status.EXPIRED: "Pembayarannya belum masuk sampai batas waktu, jadi pesanan ini berakhir.",
    Status.DECLINED: "Mohon maaf, pesanan ini tidak bisa saya penuhi.",
    Status.LAPSED: "Mohon maaf, pesanan ini berakhir karena tidak saya tanggapi tepat waktu.",
    Status.CANCELLED: "Pesanan ini sudah Anda batalkan.",
    Status.CANCELLED_BY_SELLER: "Mohon maaf, pesanan ini terpaksa saya batalkan.",
    Status.RETURNED: "Barangnya sudah kembali ke toko, jadi pesanan ini berakhir.",
}
_CASH_IS_AHEAD = (Status.ACCEPTED, Status.PACKED, Status.SHIPPED, Status.READY_FOR_PICKUP)


@dataclass(frozen=True)
class News:
    """What a message speaks of. `cash`: the buyer pays `total` rupiah on the spot; `paid`: it came before.

    `courier` is empty where own hands carry, `until` the moment in words until which the goods wait,
    `reason` what the history says about the present state, `track` the address that shows the order.
    """

    status: Status
    buyer: str
    shop: str
    number: str
    total: int
    track: str
    cash: bool = False
    paid: bool = False
    picked_up: bool = False
    courier: str = ""
    tracking_number: str = ""
    until: str = ""
    reason: str = ""


def message(news: News) -> str:
    """The words for the state in which the order is, in paragraphs of one line each."""
    lines = [
        f"Halo {news.buyer}, saya dari {news.shop} di DesaMart, tentang pesanan {news.number}.",
        _what(news),
        _why(news),
        _money(news),
        f"Lihat pesanan: {news.track}",
    ]
    return "\n".join(line for line in lines if line)


def _what(news: News) -> str:
    if news.status == Status.PACKED:
        next_step = "Saya kabari kalau sudah bisa diambil." if news.picked_up else "Segera saya kirim."
        return f"Pesanan Anda sudah dikemas. {next_step}"
    if news.status == Status.READY_FOR_PICKUP:
        until = f" sampai {news.until}" if news.until else ""
        return f"Pesanan Anda siap diambil{until}. Kabari saya jam berapa Anda datang."
    if news.status == Status.SHIPPED:
        by = f" dengan {news.courier}" if news.courier else ""
        receipt = f", nomor resi {news.tracking_number}" if news.tracking_number else ""
        return f"Pesanan Anda sedang dalam perjalanan{by}{receipt}."
    if news.status == Status.DELIVERY_FAILED:
        return "Pesanan Anda belum bisa diserahkan. Kapan dan di mana sebaiknya saya antar lagi?"
    return _WHAT[news.status]


def _why(news: News) -> str:
    tells = (*UNDELIVERED, Status.DELIVERY_FAILED)
    return f"Alasannya: {news.reason}" if news.reason and news.status in tells else ""


def _money(news: News) -> str:
    if news.cash and news.status in _CASH_IS_AHEAD:
        return f"Mohon siapkan uang tunai {rupiah(news.total)}."
    if news.paid and news.status in UNDELIVERED:
        return f"Uang Anda {rupiah(news.total)} dikembalikan."
    return ""
