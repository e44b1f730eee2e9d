"""Decides when an operator may act for a seller: with a consent that stands, for a shop of the own village.

Not for money accounts, payouts, members or the consent itself: these stay with the owner.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import OPERATOR, User
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import announce
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.sellers.assist_models import IN_APP, LETTER, SPOKEN, AssistAct, AssistConsent
from marketplace.sellers.models import SUSPENDED, Shop, ShopMember

LASTS = timedelta(days=90)
"""How long a consent holds unless it is ended earlier: a season; then the seller is asked again."""

TEXT_VERSION = "2026-11-b"
TEXTS = {
    "2026-11": (
        "Saya mengizinkan operator desa ini memasang produk, memperbarui stok, dan mengurus pesanan toko saya"
        " di DesaMart atas nama saya, paling lama 90 hari. Setiap tindakan tercatat dan boleh saya lihat atau"
        " minta cetakannya. Rekening, pencairan uang, dan anggota toko tidak boleh diubah. Izin ini boleh"
        " saya hentikan kapan saja."
    ),
    TEXT_VERSION: (
        "Saya mengizinkan operator desa ini memasang produk, memperbarui stok, dan mengurus pesanan toko saya"
        " di DesaMart, serta menjual barang saya di gerai dan menerima uangnya untuk saya, atas nama saya,"
        " paling lama 90 hari. Setiap tindakan tercatat dan boleh saya lihat atau minta cetakannya. Rekening,"
        " pencairan uang, dan anggota toko tidak boleh diubah. Izin ini boleh saya hentikan kapan saja."
    ),
}
"""What a seller agrees to, by version; a consent keeps the version it was given for."""

NAMES_THE_COUNTER = frozenset({"2026-11-b"})
"""The versions by which a seller also lets the operator sell at the counter and take the money."""

REPLACED = noted("Diganti dengan izin baru")


class HelpEnded(Conflict):
    """The consent has ended or run out."""

    def __init__(self) -> None:
        super().__init__(
            noted(
                "Izin membantu toko ini sudah berakhir. Tidak ada yang diubah."
                " Tekan Selesai, lalu minta izin baru kepada penjual."
            )
        )


class ShopStopped(Conflict):
    """Nobody is helped with a shop that may not sell."""

    def __init__(self) -> None:
        super().__init__(noted("Toko ini sedang dihentikan sementara, jadi belum bisa dibantu."))


def serves(user: User, village_code: str) -> bool:
    """Whether a person is an operator in whose care a village lies."""
    return any(within(village_code, scope) for scope in region_scopes(user, OPERATOR))


def give(
    shop: Shop,
    operator: User,
    *,
    way: str,
    by: User,
    at: datetime,
    witness: str = "",
    picture_key: str = "",
) -> AssistConsent:
    """Record that the seller lets this operator help from now on; an older consent to the same one ends.

    Raises:
        NotFound: the operator does not serve the shop's village.
        ShopStopped: the shop is suspended, and has people of its own.
        Invalid: no such way, or a spoken consent without its witness (field `saksi`).
        Conflict: the operator works in the shop anyway.
    """
    _lock(shop)
    if not serves(operator, shop.village_code):
        raise NotFound
    if _is_stopped(shop):
        raise ShopStopped
    if way not in (SPOKEN, LETTER, IN_APP):
        raise Invalid("Pilih cara izin diberikan.", "cara")
    if way == SPOKEN and not witness:
        raise Invalid("Tulis nama saksi yang mendengar izin ini.", "saksi")
    if db.session.get(ShopMember, (shop.id, operator.id)) is not None:
        raise Conflict("Operator ini bekerja di toko ini sendiri, jadi tidak perlu izin.")
    for standing in standing_of(shop):
        if standing.operator_id == operator.id:
            _close(standing, by=by, why=REPLACED, at=at)
    consent = AssistConsent(
        shop_id=shop.id,
        operator_id=operator.id,
        way=way,
        witness=witness if way == SPOKEN else "",
        picture_key=picture_key if way == LETTER else "",
        text_version=TEXT_VERSION,
        recorded_by=by.id,
        given_at=at,
        ends_at=at + LASTS,
    )
    db.session.add(consent)
    db.session.flush()
    _tell("assist.began", consent, at)
    return consent


def end(consent: AssistConsent, *, by: User, why: str, at: datetime) -> None:
    """From now on nothing is done on the ground of this consent.

    Raises:
        Conflict: it has been ended before.
    """
    rows = select(AssistConsent).where(AssistConsent.id == consent.id)
    kept = db.session.scalars(locked(rows, of=AssistConsent)).unique().one()
    if kept.ended_at is not None:
        raise Conflict("Izin ini sudah diakhiri.")
    _close(kept, by=by, why=why, at=at)


def usable(consent_id: int, operator: User, *, at: datetime) -> AssistConsent:
    """A consent that lets this operator act now.

    Raises:
        NotFound: unknown, another operator's, or of a village no longer in their care.
        HelpEnded: ended, or its time is over.
        ShopStopped: the shop is suspended, and has people of its own.
    """
    rows = select(AssistConsent).where(AssistConsent.id == consent_id)
    return _judged(db.session.scalars(rows).unique().one_or_none(), operator, at)


def write_act(consent_id: int, operator: User, *, what: str, object_: str, at: datetime) -> AssistAct:
    """Write down what was just done, in the same transaction; the consent is looked at once more, locked.

    Raises:
        NotFound, HelpEnded, ShopStopped: as `usable`, so that the act itself is undone.
    """
    rows = select(AssistConsent).where(AssistConsent.id == consent_id)
    consent = _judged(db.session.scalars(locked(rows, of=AssistConsent)).unique().one_or_none(), operator, at)
    owner = owner_of(consent.shop)
    act = AssistAct(
        shop_id=consent.shop_id,
        consent_id=consent.id,
        actor_id=operator.id,
        principal_id=owner.id if owner else None,
        principal=owner.name if owner else consent.shop.name,
        what=what[:120],
        object=object_[:120],
        at=at,
    )
    db.session.add(act)
    db.session.flush()
    announce("assist.acted", f"shop:{act.shop_id}", {"shop_id": act.shop_id, "act_id": act.id}, at=at)
    return act


def owner_of(shop: Shop) -> User | None:
    """The first owner of a shop; None where nobody of it has an account."""
    rows = (
        select(User)
        .join(ShopMember, ShopMember.user_id == User.id)
        .where(ShopMember.shop_id == shop.id, ShopMember.role == "owner")
        .order_by(ShopMember.since, User.id)
    )
    return db.session.scalars(rows).first()


def standing_of(shop: Shop) -> Sequence[AssistConsent]:
    """The consents of a shop that nobody has ended, those whose time is over included."""
    rows = select(AssistConsent).where(AssistConsent.shop_id == shop.id, AssistConsent.ended_at.is_(None))
    return db.session.scalars(rows.order_by(AssistConsent.id)).unique().all()


def _judged(consent: AssistConsent | None, operator: User, at: datetime) -> AssistConsent:
    if consent is None or consent.operator_id != operator.id:
        raise NotFound
    if not serves(operator, consent.shop.village_code):
        raise NotFound
    if not consent.stands(at):
        raise HelpEnded
    if _is_stopped(consent.shop):
        raise ShopStopped
    return consent


def _is_stopped(shop: Shop) -> bool:
    """Whether nobody helps a shop any more: it is suspended, and its own people bring its orders to an end.

    Where nobody of it has an account, nobody else could, so its helper does; all that means selling more is
    refused at every desk of a suspended shop (`desk.open_desk`).
    """
    return shop.status == SUSPENDED and owner_of(shop) is not None


def _lock(shop: Shop) -> None:
    db.session.scalars(locked(select(Shop).where(Shop.id == shop.id), of=Shop)).unique().one()


def _close(consent: AssistConsent, *, by: User, why: str, at: datetime) -> None:
    consent.ended_at, consent.ended_by, consent.end_reason = at, by.id, why[:200]
    # The end of the old row comes first, or two would stand for a moment.
    db.session.flush()
    _tell("assist.ended", consent, at)


def _tell(kind: str, consent: AssistConsent, at: datetime) -> None:
    announce(kind, f"shop:{consent.shop_id}", {"shop_id": consent.shop_id, "consent_id": consent.id}, at=at)
