"""Who works in a shop: invited by a link that works once, with a role, until they go; one owner stays."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token
from marketplace.kit.errors import Conflict, NotFound
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.sellers import members
from marketplace.sellers.models import STAFF, ShopInvitation, ShopMember, ShopMemberEvent
from tests import cast, factories
from tests.shopper import Shopper, path_of

PEOPLE = "/penjual/toko/anggota"
LINK = re.compile(r'id="tautan" value="([^"]+)"')


def _shopper(app: Flask, email: str) -> Shopper:
    found = Shopper(app.test_client())
    found.sign_in(email)
    return found


@pytest.fixture
def owner(app: Flask) -> Shopper:
    """She, at her desk."""
    return _shopper(app, cast.SELLER)


def _invited(owner: Shopper, role: str = STAFF) -> str:
    """The path of a fresh invitation."""
    assert path_of(owner.post(f"{PEOPLE}/undangan", peran=role)) == PEOPLE
    found = LINK.search(owner.get(PEOPLE).text)
    assert found
    return urlsplit(found[1]).path


def _id(app: Flask, email: str) -> int:
    with app.app_context():
        return factories.person(email).id


def _roles(app: Flask) -> dict[str, str]:
    with app.app_context():
        rows = members.members_of(factories.shop(cast.HER_SHOP))
        return {row.user.email: row.role for row in rows}


def test_an_invited_person_works_in_the_shop(app: Flask, owner: Shopper) -> None:
    link = _invited(owner)
    guest = Shopper(app.test_client())
    assert path_of(guest.get(link)).startswith("/masuk?next=%2Fpenjual%2Fundangan%2F")
    helper = _shopper(app, cast.BUYER)
    assert "mengundang Anda sebagai Staf" in helper.get(link).text
    assert path_of(helper.post(link)) == "/penjual/toko"
    assert helper.get("/penjual/produk").status_code == 200
    assert _roles(app) == {cast.SELLER: "owner", cast.BUYER: "staff"}
    with app.app_context():
        rows = select(OutboxEvent.payload).where(OutboxEvent.kind == "shop.member_joined")
        assert db.session.scalars(rows).one()["user_id"] == _id(app, cast.BUYER)


def test_a_link_is_shown_once_and_kept_hashed(app: Flask, owner: Shopper) -> None:
    token = _invited(owner).rpartition("/")[2]
    assert not LINK.search(owner.get(PEOPLE).text)
    with app.app_context():
        assert token not in db.session.scalars(select(ShopInvitation.token_hash)).one()


def test_a_used_link_opens_nothing(app: Flask, owner: Shopper) -> None:
    link = _invited(owner)
    _shopper(app, cast.BUYER).post(link)
    late = _shopper(app, cast.OTHER_BUYER)
    assert late.get(link).status_code == 409
    answer = late.post(link)
    assert answer.status_code == 409 and "sudah dipakai" in answer.text
    assert cast.OTHER_BUYER not in _roles(app)


def test_a_link_ends_after_seven_days(app: Flask, owner: Shopper) -> None:
    link = _invited(owner)
    with app.app_context(), transaction() as session:
        session.execute(update(ShopInvitation).values(expires_at=now() - timedelta(seconds=1)))
    answer = _shopper(app, cast.BUYER).post(link)
    assert answer.status_code == 409 and "lewat 7 hari" in answer.text
    assert cast.BUYER not in _roles(app)


def test_the_last_moment_counts_and_the_next_does_not(app: Flask) -> None:
    with app.app_context():
        at = factories.AT
        with transaction():
            shop, owner = factories.shop(cast.HER_SHOP), factories.person(cast.SELLER)
            invited = members.invite(shop, STAFF, by=owner, at=at)
        end = at + members.OPEN_FOR
        assert members.invitation_of(invited.token, at=end - timedelta(microseconds=1)).role == STAFF
        with pytest.raises(Conflict):
            members.invitation_of(invited.token, at=end)


def test_a_forged_or_withdrawn_link_opens_nothing(app: Flask, owner: Shopper) -> None:
    helper = _shopper(app, cast.BUYER)
    assert helper.get(f"/penjual/undangan/{new_token()}").status_code == 404
    assert helper.post(f"/penjual/undangan/{new_token()}").status_code == 404
    link = _invited(owner)
    with app.app_context():
        number = db.session.scalars(select(ShopInvitation.id)).one()
    assert _shopper(app, cast.OTHER_SELLER).post(f"{PEOPLE}/undangan/{number}/batal").status_code == 404
    assert path_of(owner.post(f"{PEOPLE}/undangan/{number}/batal")) == PEOPLE
    assert helper.post(link).status_code == 409


def test_who_no_longer_owns_the_shop_invites_nobody(app: Flask, owner: Shopper) -> None:
    _shopper(app, cast.BUYER).post(_invited(owner, "owner"))
    link = _invited(owner)
    owner.post(f"{PEOPLE}/{_id(app, cast.SELLER)}/keluarkan")
    assert _shopper(app, cast.OTHER_BUYER).post(link).status_code == 409


def test_the_last_owner_stays(app: Flask, owner: Shopper) -> None:
    _shopper(app, cast.BUYER).post(_invited(owner))
    me = _id(app, cast.SELLER)
    for path, fields in (
        (f"{PEOPLE}/{me}/keluarkan", {}),
        (f"{PEOPLE}/{me}/peran", {"peran": "staff"}),
    ):
        answer = owner.post(path, **fields)
        assert answer.status_code == 409 and "harus punya pemilik" in answer.text
    owner.post("/penjual/toko/keluar")
    assert _roles(app)[cast.SELLER] == "owner"


def test_roles_change_and_people_go_with_a_history(app: Flask, owner: Shopper) -> None:
    helper = _shopper(app, cast.BUYER)
    helper.post(_invited(owner))
    who = _id(app, cast.BUYER)
    owner.post(f"{PEOPLE}/{who}/peran", peran="owner")
    assert _roles(app)[cast.BUYER] == "owner" and helper.get(PEOPLE).status_code == 200
    owner.post(f"{PEOPLE}/{who}/peran", peran="staff")
    assert helper.get(PEOPLE).status_code == 404
    owner.post(f"{PEOPLE}/{who}/keluarkan")
    assert helper.get("/penjual/produk").status_code == 404
    page = owner.get(PEOPLE).text
    assert "Budi Pembeli dikeluarkan" in page and "Budi Pembeli bergabung: Staf" in page
    with app.app_context(), pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(update(ShopMemberEvent).values(role="owner"))


def test_staff_leave_and_decide_nothing(app: Flask, owner: Shopper) -> None:
    helper = _shopper(app, cast.BUYER)
    helper.post(_invited(owner))
    who = _id(app, cast.SELLER)
    closed: tuple[tuple[str, dict[str, str]], ...] = (
        (f"{PEOPLE}/undangan", {"peran": "owner"}),
        (f"{PEOPLE}/{who}/peran", {"peran": "staff"}),
        (f"{PEOPLE}/{who}/keluarkan", {}),
        (f"{PEOPLE}/serah-terima", {"kepada": str(_id(app, cast.BUYER)), "yakin": "ya"}),
        ("/penjual/toko", {"telepon": "0812 3456 7890"}),
        ("/penjual/toko/desa", {"wilayah": cast.HURUN}),
        ("/penjual/toko/libur", {"dari": "2030-01-01", "sampai": "2030-01-02"}),
        ("/penjual/toko/libur/selesai", {}),
        ("/penjual/toko/sudah-lengkap", {}),
    )
    for stranger in (helper, _shopper(app, cast.OTHER_SELLER)):
        for path, fields in closed:
            assert stranger.post(path, toko=cast.HER_SHOP, **fields).status_code == 404, path
    assert path_of(helper.post("/penjual/toko/keluar")) == "/akun"
    assert _roles(app) == {cast.SELLER: "owner"}


def test_a_shop_is_handed_over_after_a_confirmation(app: Flask, owner: Shopper) -> None:
    _shopper(app, cast.BUYER).post(_invited(owner))
    taker = str(_id(app, cast.BUYER))
    assert owner.post(f"{PEOPLE}/serah-terima", kepada=taker).status_code == 422
    assert owner.post(f"{PEOPLE}/serah-terima", kepada="x", yakin="ya").status_code == 422
    assert _roles(app)[cast.SELLER] == "owner"
    assert path_of(owner.post(f"{PEOPLE}/serah-terima", kepada=taker, yakin="ya")) == "/penjual/toko"
    assert _roles(app) == {cast.BUYER: "owner", cast.SELLER: "staff"}
    assert owner.get("/penjual/rekening").status_code == 404


def test_a_stranger_is_no_member(app: Flask) -> None:
    with app.app_context():
        shop, her = factories.shop(cast.HER_SHOP), factories.person(cast.SELLER)
        his = factories.person(cast.OTHER_SELLER)
        with pytest.raises(NotFound), transaction():
            members.remove(shop, his.id, by=her, at=now())
        with pytest.raises(NotFound), transaction():
            members.hand_over(shop, his.id, by=her, at=now())
        with pytest.raises(NotFound), transaction():
            members.change_role(shop, his.id, STAFF, by=her, at=now())
        assert db.session.get(ShopMember, (shop.id, her.id))
