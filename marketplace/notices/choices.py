"""Decides what people hear by which way: what they chose by topic, and the signed way out of e-mails."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import bindparam, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.lanes import Rows
from marketplace.kit.rows import ask, table_of
from marketplace.notices.models import NoticeChoice
from marketplace.notices.rules import Topic

LABELS: dict[Topic, tuple[LazyString, LazyString]] = {
    Topic.ORDERS: (_l("Pesanan"), _l("Pesanan baru, langkah pengiriman, batas waktu, komplain")),
    Topic.MONEY: (_l("Uang"), _l("Bukti bayar, pengingat bayar, pencairan")),
    Topic.GOODS: (_l("Stok & izin"), _l("Stok menipis, stok perlu dipastikan, izin yang habis")),
    Topic.SHOP: (_l("Toko"), _l("Pendaftaran toko, anggota, bantuan petugas desa")),
    Topic.REVIEWS: (_l("Ulasan"), _l("Ulasan baru dan balasannya")),
}
OF_BUYERS = (Topic.ORDERS, Topic.MONEY, Topic.REVIEWS)


_CHOICE = table_of(NoticeChoice)
# Built once, since every event asks it.
_CHOSEN = select(_CHOICE.c.user_id, _CHOICE.c.topic, _CHOICE.c.bell, _CHOICE.c.email).where(
    _CHOICE.c.user_id.in_(bindparam("people", expanding=True)),
    _CHOICE.c.topic.in_(bindparam("topics", expanding=True)),
)


class Ways(NamedTuple):
    """By which ways a person hears of a topic."""

    bell: bool = True
    email: bool = True


def ways_of(user_ids: Collection[int], topics: Collection[str]) -> Mapping[tuple[int, str], Ways]:
    """What people chose; who chose nothing is missing and hears both ways."""
    return ways_in(ask_ways(user_ids, topics))


def ask_ways(user_ids: Collection[int], topics: Collection[str]) -> Rows:
    """The same for `ways_in`; asked with whatever else is asked next."""
    return ask(_CHOSEN, people=list(user_ids), topics=list(topics))


def ways_in(rows: Rows) -> Mapping[tuple[int, str], Ways]:
    """What people chose, as `ask_ways` found it."""
    return {(user_id, topic): Ways(bell, email) for user_id, topic, bell, email in rows}


def choose(user_id: int, topic: Topic, ways: Ways) -> None:
    """From now on the person hears of the topic in these ways."""
    found = db.session.get(NoticeChoice, (user_id, topic.value))
    if found is None:
        found = NoticeChoice(user_id=user_id, topic=topic.value)
        db.session.add(found)
    found.bell, found.email = ways
    db.session.flush()


def way_out(user_id: int, topic: str, *, secret: str) -> str:
    """What an e-mail carries, so that its reader can end e-mails about the topic without signing in."""
    return str(_signer(secret).dumps([user_id, topic]))


def leaving(token: str, *, secret: str) -> tuple[User, Topic]:
    """Whose e-mails about which topic a way out ends.

    Raises:
        NotFound: it is none of ours, or its person is gone.
    """
    try:
        user_id, topic = _signer(secret).loads(token)
    except BadSignature:
        raise NotFound("Tautan ini tidak lengkap. Salin seluruhnya dari email Anda.") from None
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user, Topic(topic)


def stop_emails(user: User, topic: Topic) -> None:
    """No e-mails about the topic any more; the bell stays as it is."""
    standing = ways_of([user.id], [topic.value]).get((user.id, topic.value), Ways())
    choose(user.id, topic, standing._replace(email=False))


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="berhenti-email")
