"""Decides what the demo programme has noted of its villages: invented, said to be so, with gaps."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators.inputs import kinds, reading, recording
from marketplace.kit.clock import day_wib, month_wib, previous_month
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.goods import HANURA
from marketplace.sellers.models import Shop
from marketplace.village_services import noting
from marketplace.village_services.noting import Noted

SOURCE = "Data contoh untuk demo, bukan angka resmi"
_FOCUSES = tuple(kinds.FOCUSES)
_SERVICES = (
    ("samdes", 2, 640_000, 10_000),
    ("ppob", 9, 870_000, 22_500),
    ("lakupandai", 4, 2_150_000, 16_000),
)
SERVICE_WEEKS = 10


def tell(at: datetime, *, officer: str, operator: str) -> None:
    """Every kind of input for villages with shops; opening days and services for the demo village alone.

    Entered by the people with these e-mail addresses.
    """
    people = {user.email: user for user in db.session.scalars(select(User)).unique()}
    codes = places()
    today = day_wib(at)
    for kind in kinds.KINDS.values():
        told = ((code, _said(kind.key, place, today)) for place, code in enumerate(codes))
        rows = [(code, said) for code, said in told if said]
        if kind.key == kinds.OUTLET_DAYS:
            rows = [(HANURA, said) for said in _opening_days(at)]
        drafts = [
            reading.read(kind, {kinds.CODE: code, kinds.SOURCE: SOURCE, **said}, today=today)
            for code, said in rows
        ]
        with transaction():
            recording.record(drafts, by=people[officer], at=at)
    _serve(people[operator].id, at)


def places() -> list[str]:
    """The villages with shops in the order of their codes, the demo village first."""
    codes = set(db.session.scalars(select(Shop.village_code)))
    return sorted(codes, key=lambda code: (code != HANURA, code))


def _said(kind: str, place: int, today: date) -> Mapping[str, str]:
    """What is noted of the village that stands at a place of the list; nothing for some."""
    since = f"{today.year}-01-15"
    told: dict[str, Mapping[str, str]] = {
        kinds.JOINED: {"tanggal": (today - timedelta(days=200 - place)).isoformat()},
    }
    if place % 5 != 4:
        told[kinds.HOUSEHOLDS] = {"jumlah": str(640 + place * 137 % 1900), "tanggal": since}
    if place % 4 != 3:
        score = 6_450 + place * 311 % 2_300
        told[kinds.STATUS] = {"indeks": "IDM", "tahun": "2024", "skor": f"0,{score:04d}"}
    if place % 2 == 0:
        told[kinds.FOCUS] = {"kategori": _FOCUSES[place // 2 % len(_FOCUSES)], "tanggal": since}
    if place % 3 == 0:
        told[kinds.LOCUS] = {"lokus": kinds.YES, "tanggal": since}
    return told.get(kind, {})


def _opening_days(at: datetime) -> list[Mapping[str, str]]:
    newest = month_wib(at)
    return [{"bulan": previous_month(newest, back), "hari": str(25 - back)} for back in range(1, 6)]


def _serve(operator_id: int, at: datetime) -> None:
    """Some weeks of services at the counter of the demo village, one line corrected."""
    with transaction():
        operator = db.session.get_one(User, operator_id)
        for week in range(SERVICE_WEEKS):
            for weekday, (kind, count, amount, fee) in enumerate(_SERVICES):
                day = day_wib(at - timedelta(days=7 * week + weekday))
                noted = Noted(day, kind, count + week % 3, amount, fee, "")
                row = noting.note(HANURA, noted, by=operator, at=at)
        noting.correct(
            row, Noted(row.day, row.kind, row.count + 1, row.amount, row.fee, ""), by=operator, at=at
        )
