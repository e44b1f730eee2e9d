"""Decides which shops of the demo market are in the middle of something: applied for, helped, on holiday."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.catalog.sectors import section_of
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.operations.demo.goods import HANURA, DemoShop
from marketplace.operations.demo.people import DEMO_PASSWORD
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.sellers import holidays, members, opening, reviewing
from marketplace.sellers.models import SECTORS, STAFF, Shop

APPLICANT, GROUP, HELPER = "toko-baru@desamart.test", "poktan@desamart.test", "staf@desamart.test"
REST = timedelta(days=5)


def stand_open(*, at: datetime) -> None:
    """In the open transaction: two applications in Hanura, staff in the first shop, a holiday elsewhere."""
    password = passwords.hashed(DEMO_PASSWORD)
    operator = db.session.scalars(select(User).where(User.email == "operator@desamart.test")).one()
    first = db.session.scalars(select(Shop).where(Shop.slug == DEMO_SHOPS[0])).one()
    early = at - timedelta(hours=3)
    _apply(
        _person(APPLICANT, "Suyati", "+6281370010001", password, early),
        "Tempe Bu Yati",
        "umkm",
        opening.Facts(sector="C", workers=2, woman_led=True),
        at=early,
    )
    group = _apply(
        _person(GROUP, "Wagiman", "+6281370010002", password, early),
        "Tani Makmur Hanura",
        "poktan",
        opening.Facts(sector="A", registration="POKTAN Tani Makmur"),
        at=early,
    )
    words = "Mohon tulis kapan kelompok ini dikukuhkan, dan siapa ketuanya."
    reviewing.ask_to_complete(group, words, by=operator, at=at - timedelta(hours=1))
    owner = members.members_of(first)[0].user
    helper = _person(HELPER, "Rini", "+6281370010003", password, early)
    members.join(members.invite(first, STAFF, by=owner, at=early).token, helper, at=at)
    today = day_wib(at)
    holidays.go(_resting(), today, today + REST, note="Kami panen, kembali minggu depan.", at=at)


def told(plan: DemoShop, place: int) -> opening.Facts:
    """What the owner of a shop tells of it; every fifth one answers nothing, as people do."""
    if place % 5 == 4:
        return opening.NOTHING_TOLD
    section = section_of(plan.products[0].kbli) if plan.products else ""
    return opening.Facts(
        sector=section if section in SECTORS else "",
        registration=f"KPB 1800{place:06d}" if plan.kind in ("petani", "poktan") else None,
        workers=1 + place * 7 % 9,
        woman_led=place % 5 < 3,
    )


def _apply(owner: User, name: str, kind: str, facts: opening.Facts, *, at: datetime) -> Shop:
    return opening.open_shop(
        owner, name=name, kind=kind, village_code=HANURA, phone=owner.phone, facts=facts, at=at
    )


def _resting() -> Shop:
    """The shop that was opened last, as long as it is none of those that visitors try."""
    rows = select(Shop).where(Shop.slug.not_in(DEMO_SHOPS), Shop.village_code != HANURA)
    return db.session.scalars(rows.order_by(Shop.id.desc()).limit(1)).one()


def _person(email: str, name: str, phone: str, password: str, at: datetime) -> User:
    user = User(email=email, name=name, phone=phone, password_hash=password, created_at=at)
    db.session.add(user)
    db.session.flush()
    return user
