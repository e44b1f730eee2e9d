"""Decides who works in a shop and as what: people come by invitation, change roles, go; one owner stays."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.sellers.assisting import owner_of, serves
from marketplace.sellers.models import OWNER, STAFF, Shop, ShopInvitation, ShopMember, ShopMemberEvent

OPEN_FOR = timedelta(days=7)
MOST_OPEN = 10
ROLES = {OWNER: _l("Pemilik"), STAFF: _l("Staf")}


class Invited(NamedTuple):
    """An invitation, and the secret of its address, which nothing keeps."""

    invitation: ShopInvitation
    token: str


def add(shop: Shop, user: User, role: str, *, by: User, at: datetime) -> ShopMember:
    """Somebody works in the shop from now on."""
    member = ShopMember(shop_id=shop.id, user_id=user.id, role=role, since=at)
    db.session.add(member)
    db.session.flush()
    _note(shop, user.id, "joined", role, by=by, at=at)
    return member


def invite(shop: Shop, role: str, *, by: User, at: datetime) -> Invited:
    """Make a link that lets one person in, once, within seven days.

    Raises:
        Invalid: no such role.
        Conflict: as many invitations as may be are open.
    """
    if role not in ROLES:
        raise Invalid("Pilih peran.", "peran")
    _lock(shop)
    if len(open_invitations(shop, at=at)) >= MOST_OPEN:
        raise Conflict("Terlalu banyak undangan yang belum dipakai. Batalkan salah satunya dulu.")
    token = new_token()
    invitation = ShopInvitation(
        shop_id=shop.id,
        token_hash=token_hash(token),
        role=role,
        made_by=by.id,
        made_at=at,
        expires_at=at + OPEN_FOR,
    )
    db.session.add(invitation)
    db.session.flush()
    return Invited(invitation, token)


def invitation_of(token: str, *, at: datetime, to_use: bool = False) -> ShopInvitation:
    """The invitation behind a link; `to_use` locks it.

    Raises:
        NotFound: there is none.
        Conflict: it was used or withdrawn, its time is over, or who made it may not invite any more.
    """
    rows = select(ShopInvitation).where(ShopInvitation.token_hash == token_hash(token))
    found = db.session.scalars(locked(rows, of=ShopInvitation) if to_use else rows).unique().one_or_none()
    if found is None:
        raise NotFound
    if found.ended_at is not None or not _still_invites(found):
        raise Conflict("Undangan ini sudah dipakai atau dibatalkan. Minta yang baru kepada pemilik toko.")
    if at >= found.expires_at:
        raise Conflict("Undangan ini sudah lewat 7 hari. Minta yang baru kepada pemilik toko.")
    return found


def join(token: str, user: User, *, at: datetime) -> Shop:
    """Use an invitation: the person works in its shop from now on.

    Raises:
        NotFound, Conflict: as `invitation_of`; or the person works there already, or made it.
    """
    invitation = invitation_of(token, at=at, to_use=True)
    shop = _lock(invitation.shop)
    if db.session.get(ShopMember, (shop.id, user.id)) is not None:
        raise Conflict("Anda sudah bekerja di toko ini.")
    if invitation.made_by == user.id:
        raise Conflict("Undangan ini untuk penjual, bukan untuk yang membuatnya.")
    invitation.ended_at, invitation.used_by = at, user.id
    maker = db.session.get_one(User, invitation.made_by)
    add(shop, user, invitation.role, by=maker, at=at)
    announce("shop.member_joined", f"shop:{shop.id}", {"shop_id": shop.id, "user_id": user.id}, at=at)
    return shop


def withdraw(shop: Shop, invitation_id: int, *, at: datetime) -> None:
    """Nobody can use this invitation any more.

    Raises:
        NotFound: the shop has no open one with this number.
    """
    rows = select(ShopInvitation).where(
        ShopInvitation.id == invitation_id,
        ShopInvitation.shop_id == shop.id,
        ShopInvitation.ended_at.is_(None),
    )
    found = db.session.scalars(locked(rows, of=ShopInvitation)).unique().one_or_none()
    if found is None:
        raise NotFound
    found.ended_at = at
    db.session.flush()


def change_role(shop: Shop, user_id: int, role: str, *, by: User, at: datetime) -> None:
    """Another role for a member.

    Raises:
        NotFound: no member of the shop.
        Invalid: no such role.
        Conflict: nobody would own the shop.
    """
    if role not in ROLES:
        raise Invalid("Pilih peran.", "peran")
    member = _member(shop, user_id)
    if member.role == role:
        return
    if role != OWNER:
        _one_owner_stays(shop, member)
    member.role = role
    _note(shop, user_id, "role", role, by=by, at=at)


def remove(shop: Shop, user_id: int, *, by: User, at: datetime) -> None:
    """A member no longer works in the shop; who removes themselves leaves.

    Raises:
        NotFound: no member of the shop.
        Conflict: nobody would own the shop.
    """
    member = _member(shop, user_id)
    _one_owner_stays(shop, member)
    db.session.delete(member)
    _note(shop, user_id, "left" if by.id == user_id else "removed", "", by=by, at=at)


def hand_over(shop: Shop, user_id: int, *, by: User, at: datetime) -> None:
    """The shop goes to another member: they own it from now on, who gives it stays as staff.

    Raises:
        NotFound: one of the two is no member, or who gives does not own the shop.
        Conflict: to oneself.
    """
    if user_id == by.id:
        raise Conflict("Pilih anggota lain untuk serah terima.")
    taker = _member(shop, user_id)
    giver = _member(shop, by.id)
    if giver.role != OWNER:
        raise NotFound
    taker.role, giver.role = OWNER, STAFF
    _note(shop, user_id, "handed_over", OWNER, by=by, at=at)
    _note(shop, by.id, "role", STAFF, by=by, at=at)
    announce("shop.handed_over", f"shop:{shop.id}", {"shop_id": shop.id, "user_id": user_id}, at=at)


def members_of(shop: Shop) -> list[ShopMember]:
    """Who works in a shop, owners first, with their names."""
    rows = select(ShopMember).where(ShopMember.shop_id == shop.id).options(joinedload(ShopMember.user))
    return list(db.session.scalars(rows.order_by(ShopMember.role, ShopMember.since, ShopMember.user_id)))


def history_of(shop: Shop, *, most: int = 30) -> list[ShopMemberEvent]:
    """Who came and went, the newest first, with names."""
    rows = select(ShopMemberEvent).where(ShopMemberEvent.shop_id == shop.id)
    named = rows.options(joinedload(ShopMemberEvent.user), joinedload(ShopMemberEvent.by))
    return list(db.session.scalars(named.order_by(ShopMemberEvent.id.desc()).limit(most)))


def open_invitations(shop: Shop, *, at: datetime) -> list[ShopInvitation]:
    """The invitations that somebody can still use, the newest first."""
    rows = select(ShopInvitation).where(
        ShopInvitation.shop_id == shop.id, ShopInvitation.ended_at.is_(None), ShopInvitation.expires_at > at
    )
    return list(db.session.scalars(rows.order_by(ShopInvitation.id.desc())).unique())


def _one_owner_stays(shop: Shop, going: ShopMember) -> None:
    if going.role != OWNER:
        return
    rows = select(func.count()).where(ShopMember.shop_id == shop.id, ShopMember.role == OWNER)
    if (db.session.scalar(rows) or 0) < 2:
        raise Conflict("Toko harus punya pemilik. Serahkan dulu kepada anggota lain.")


def _still_invites(invitation: ShopInvitation) -> bool:
    """Whether who made it may: an owner; where nobody has an account, an operator of the village."""
    maker = db.session.get(ShopMember, (invitation.shop_id, invitation.made_by))
    if maker is not None:
        return maker.role == OWNER
    person = db.session.get_one(User, invitation.made_by)
    return owner_of(invitation.shop) is None and serves(person, invitation.shop.village_code)


def _member(shop: Shop, user_id: int) -> ShopMember:
    """A member of the shop, whose row stays locked: two changes of its people follow each other."""
    _lock(shop)
    found = db.session.get(ShopMember, (shop.id, user_id), populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _lock(shop: Shop) -> Shop:
    return db.session.scalars(locked(select(Shop).where(Shop.id == shop.id), of=Shop)).unique().one()


def _note(shop: Shop, user_id: int, what: str, role: str, *, by: User, at: datetime) -> None:
    row = ShopMemberEvent(shop_id=shop.id, user_id=user_id, what=what, role=role, by_id=by.id, at=at)
    db.session.add(row)
    db.session.flush()
