"""What a seller writes to the buyer, word for word, in each state."""

from dataclasses import replace

import pytest

from marketplace.orders.buyer_messages import News, message
from marketplace.orders.states import Status

S = Status
CASH = News(
    status=S.ACCEPTED,
    buyer="Budi",
    shop="Keripik Bu Sari",
    number="DM-7-1",
    total=54_000,
    track="https://desamart.test/lacak?nomor=DM-7",
    cash=True,
)
CARD = replace(CASH, cash=False, paid=True)
HEAD = "Halo Budi, saya dari Keripik Bu Sari di DesaMart, tentang pesanan DM-7-1.\n"
TAIL = "\nLihat pesanan: https://desamart.test/lacak?nomor=DM-7"
GOLDEN: list[tuple[News, str]] = [
    (
        replace(CARD, status=S.AWAITING_PAYMENT, paid=False),
        "Pesanan Anda sudah tercatat dan menunggu pembayaran.",
    ),
    (
        replace(CASH, status=S.AWAITING_CONFIRMATION),
        "Pesanan Anda sudah masuk. Saya periksa barangnya dulu, lalu saya kabari.",
    ),
    (
        CASH,
        "Pesanan Anda saya terima dan sedang disiapkan.\nMohon siapkan uang tunai Rp54.000.",
    ),
    (CARD, "Pesanan Anda saya terima dan sedang disiapkan."),
    (
        replace(CASH, status=S.PACKED),
        "Pesanan Anda sudah dikemas. Segera saya kirim.\nMohon siapkan uang tunai Rp54.000.",
    ),
    (
        replace(CARD, status=S.PACKED, picked_up=True),
        "Pesanan Anda sudah dikemas. Saya kabari kalau sudah bisa diambil.",
    ),
    (
        replace(CASH, status=S.READY_FOR_PICKUP, until="29 Nov pukul 13.40"),
        (
            "Pesanan Anda siap diambil sampai 29 Nov pukul 13.40. Kabari saya jam berapa Anda datang."
            "\nMohon siapkan uang tunai Rp54.000."
        ),
    ),
    (
        replace(CARD, status=S.SHIPPED, courier="JNE", tracking_number="JT1234567890"),
        "Pesanan Anda sedang dalam perjalanan dengan JNE, nomor resi JT1234567890.",
    ),
    (
        replace(CASH, status=S.SHIPPED, courier="kurir desa"),
        "Pesanan Anda sedang dalam perjalanan dengan kurir desa.\nMohon siapkan uang tunai Rp54.000.",
    ),
    (
        replace(CARD, status=S.SHIPPED),
        "Pesanan Anda sedang dalam perjalanan.",
    ),
    (
        replace(CASH, status=S.DELIVERY_FAILED, reason="Tidak ada orang di rumah"),
        (
            "Pesanan Anda belum bisa diserahkan. Kapan dan di mana sebaiknya saya antar lagi?"
            "\nAlasannya: Tidak ada orang di rumah"
        ),
    ),
    (
        replace(CASH, status=S.DELIVERED),
        "Pesanan Anda tercatat sudah sampai. Kalau ada yang kurang, kabari saya ya.",
    ),
    (
        replace(CARD, status=S.DISPUTED, reason="Dua bungkus sobek"),
        "Komplain Anda sudah saya baca. Mari kita cari jalan keluarnya bersama.",
    ),
    (
        replace(CARD, status=S.COMPLETED),
        "Pesanan Anda sudah selesai. Terima kasih sudah berbelanja langsung dari desa.",
    ),
    (
        replace(CARD, status=S.EXPIRED, paid=False),
        "Pembayarannya belum masuk sampai batas waktu, jadi pesanan ini berakhir.",
    ),
    (
        replace(CARD, status=S.DECLINED, reason="Barangnya sedang habis."),
        (
            "Mohon maaf, pesanan ini tidak bisa saya penuhi.\nAlasannya: Barangnya sedang habis."
            "\nUang Anda Rp54.000 dikembalikan."
        ),
    ),
    (
        replace(CASH, status=S.LAPSED),
        "Mohon maaf, pesanan ini berakhir karena tidak saya tanggapi tepat waktu.",
    ),
    (replace(CASH, status=S.CANCELLED), "Pesanan ini sudah Anda batalkan."),
    (
        replace(CASH, status=S.CANCELLED_BY_SELLER, reason="Kemasan habis"),
        "Mohon maaf, pesanan ini terpaksa saya batalkan.\nAlasannya: Kemasan habis",
    ),
    (
        replace(CARD, status=S.RETURNED),
        "Barangnya sudah kembali ke toko, jadi pesanan ini berakhir.\nUang Anda Rp54.000 dikembalikan.",
    ),
]


@pytest.mark.parametrize(("news", "core"), GOLDEN, ids=[f"{n.status}-{i}" for i, (n, _) in enumerate(GOLDEN)])
def test_the_words_fit_the_state(news: News, core: str) -> None:
    assert message(news) == HEAD + core + TAIL


def test_every_state_has_its_words() -> None:
    assert {news.status for news, _core in GOLDEN} == set(Status)
