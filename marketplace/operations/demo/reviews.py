"""Decides what buyers of the demo market say about what they got, and what its shops answer."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order, OrderLine, SellerOrder
from marketplace.orders.states import Status
from marketplace.reviews import deciding, writing
from marketplace.reviews.writing import Words

# One buyer in three writes, as often as people do who liked it or did not.
EVERY = 3
MOST = 120
_SAID = (
    (5, "Kemasannya rapi, sampai utuh. Rasanya seperti buatan rumah."),
    (5, "Sudah dua kali pesan, selalu segar."),
    (4, "Enak, hanya agak lama di perjalanan."),
    (5, ""),
    (4, "Sesuai foto. Ukurannya pas untuk keluarga."),
    (3, "Barangnya bagus, tetapi isinya kurang penuh."),
    (5, "Penjualnya ramah, ditanya langsung dijawab."),
    (2, "Datang dalam keadaan lembek, mungkin kena hujan."),
)
_ANSWERED = {
    3: "Terima kasih sudah jujur. Takarannya sudah kami perbaiki.",
    2: "Mohon maaf. Hubungi kami, akan kami ganti di pesanan berikutnya.",
    5: "Terima kasih, semoga sehat selalu!",
}


def write(at: datetime) -> None:
    """Reviews of a part of the completed lines, each a day after its sale; shops answer some."""
    rows = db.session.execute(
        select(OrderLine.id, SellerOrder.order_id, SellerOrder.completed_at)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
        .where(
            SellerOrder.status == Status.COMPLETED.value, SellerOrder.completed_at < at - timedelta(days=3)
        )
        .order_by(SellerOrder.completed_at.desc(), OrderLine.id)
        .limit(MOST * EVERY)
    ).all()
    with transaction():
        for place, row in enumerate(rows[::EVERY]):
            _write(place, row.id, row.order_id, row.completed_at + timedelta(days=1))


def _write(place: int, line_id: int, order_id: int, at: datetime) -> None:
    stars, body = _SAID[place % len(_SAID)]
    review = writing.write(db.session.get_one(Order, order_id), line_id, Words(stars, body), at=at)
    if stars in _ANSWERED and place % 2:
        deciding.answer(review, _ANSWERED[stars], actor="seller:demo", at=at + timedelta(hours=6))
