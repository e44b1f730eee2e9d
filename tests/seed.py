"""Decides which small world every test starts in: a few villages, the cast, two shops with goods."""

from datetime import UTC, datetime

from flask import Flask

from marketplace.accounts import passwords
from marketplace.accounts.models import RoleGrant, User
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions import loading
from marketplace.regions.loading import RegionRow
from marketplace.sellers import opening
from tests import cast, factories

LONG_AGO = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)

REGIONS = [
    RegionRow("18", "Lampung", "provinsi"),
    RegionRow("18.09", "Kabupaten Pesawaran", "kabupaten"),
    RegionRow("18.09.10", "Teluk Pandan", "kecamatan"),
    RegionRow("18.09.10.2004", "Hanura", "desa", "35450"),
    RegionRow("18.09.10.2005", "Hurun", "desa", "35450"),
    RegionRow("18.09.01", "Gedong Tataan", "kecamatan"),
    RegionRow("18.09.01.2001", "Bagelen", "desa", "35366"),
    RegionRow("18.10", "Kabupaten Pringsewu", "kabupaten"),
    RegionRow("18.10.01", "Pringsewu", "kecamatan"),
    RegionRow("18.10.01.2009", "Podomoro", "desa", "35371"),
    RegionRow("18.71", "Kota Bandar Lampung", "kota"),
    RegionRow("18.71.02", "Sukarame", "kecamatan"),
    RegionRow("18.71.02.1008", "Korpri Jaya", "kelurahan", "35131"),
    RegionRow("31", "DKI Jakarta", "provinsi"),
    RegionRow("31.71", "Kota Jakarta Pusat", "kota"),
    RegionRow("31.71.01", "Gambir", "kecamatan"),
    RegionRow("31.71.01.1001", "Gambir", "kelurahan", "10110"),
]


def seed(app: Flask) -> None:
    """Fill an empty, migrated database."""
    with app.app_context():
        loading.load(REGIONS)
        with transaction():
            people = {email: _person(email, name, roles) for email, (name, roles) in cast.PEOPLE.items()}
            for slug, (owner, name, village) in cast.SHOPS.items():
                shop = opening.open_shop(
                    people[owner],
                    name=name,
                    kind="umkm",
                    village_code=village,
                    phone=people[owner].phone,
                    at=LONG_AGO,
                    slug=slug,
                )
                opening.verify(shop, at=LONG_AGO)
                for goods in cast.GOODS[slug]:
                    factories.put_on_shelf(shop, at=LONG_AGO, **goods)
        db.session.remove()


def _person(email: str, name: str, roles: tuple[tuple[str, str], ...]) -> User:
    user = User(
        email=email,
        name=name,
        phone=f"+62812{len(email):03d}{sum(map(ord, email)) % 100000:05d}",
        password_hash=passwords.hashed(cast.PASSWORD),
        created_at=LONG_AGO,
        grants=[RoleGrant(role=role, scope=scope, granted_at=LONG_AGO) for role, scope in roles],
    )
    db.session.add(user)
    db.session.flush()
    return user
