"""What is known of a village on a day: the latest row in force, its source, nothing that was withdrawn."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.indicators.cell_models import DirtyCell
from marketplace.indicators.inputs import idm, queries, reading, recording
from marketplace.indicators.inputs.kinds import KINDS
from marketplace.indicators.inputs.models import DatedInput
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.indicators import world

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HANURA, HURUN = cast.HANURA, cast.HURUN


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context for the whole test."""
    with app.app_context():
        yield


def say(kind: str, code: str = HANURA, source: str = "Profil desa", **said: str) -> recording.Comparison:
    """Somebody enters one input, as the form and the file do."""
    draft = reading.read(KINDS[kind], {"kode": code, "sumber": source, **said}, today=TODAY)
    with transaction():
        return recording.record([draft], by=factories.person(cast.OPERATOR), at=AT)


def marked() -> set[tuple[str, str]]:
    """The village months that wait to be counted again."""
    return {(mark.village_code, mark.month) for mark in db.session.scalars(select(DirtyCell))}


def value(kind: str, on: date, code: str = HANURA) -> object:
    """What is known of a village on a day."""
    found = queries.known(kind, on, [code])
    return found[code].value if code in found else None


@pytest.mark.usefixtures("context")
def test_the_latest_row_not_after_the_day_is_known() -> None:
    say("households", jumlah="1.204", tanggal="30/06/2026", source="Profil desa 2026")
    say("households", jumlah="1250", tanggal="2026-10-01", source="Pendataan Oktober")
    assert value("households", date(2026, 6, 29)) is None
    assert value("households", date(2026, 9, 30)) == 1204
    october = queries.known("households", date(2026, 10, 1))[HANURA]
    assert (october.value, october.source, october.as_of) == (1250, "Pendataan Oktober", date(2026, 10, 1))
    assert queries.known("households", TODAY, [HURUN]) == {}
    assert queries.known_in("households", TODAY, "18.09.10").keys() == {HANURA}
    assert queries.known_in("households", TODAY, "18.09.1") == {}


@pytest.mark.usefixtures("context")
def test_a_correction_is_a_new_row_and_the_same_again_is_none() -> None:
    assert len(say("households", jumlah="1204", tanggal="30/06/2026").added) == 1
    assert say("households", jumlah="1204", tanggal="30/06/2026").unchanged == 1
    assert len(say("households", jumlah="1240", tanggal="30/06/2026").changed) == 1
    assert value("households", TODAY) == 1240
    assert db.session.scalar(select(func.count()).select_from(DatedInput)) == 2


@pytest.mark.usefixtures("context")
def test_what_was_withdrawn_is_not_known_and_its_row_stays() -> None:
    say("locus", lokus="ya", tanggal="15/01/2026")
    row = db.session.scalars(select(DatedInput)).one()
    with transaction():
        recording.withdraw(row, "Salah desa", by=factories.person(cast.OPERATOR), at=AT)
    assert value("locus", TODAY) is None
    assert db.session.scalar(select(func.count()).select_from(DatedInput)) == 2
    with pytest.raises(Conflict), transaction():
        recording.withdraw(row, "Salah desa", by=factories.person(cast.OPERATOR), at=AT)


@pytest.mark.usefixtures("context")
def test_an_earlier_joining_day_takes_the_place_of_a_later_one() -> None:
    say("joined", tanggal="01/05/2026")
    say("joined", tanggal="01/03/2026")
    assert value("joined", date(2026, 4, 1)) == date(2026, 3, 1)


@pytest.mark.usefixtures("context")
def test_outlet_days_are_kept_by_month() -> None:
    say("outlet_days", bulan="2026-09", hari="24")
    say("outlet_days", bulan="10/2026", hari="26")
    assert value("outlet_days", TODAY) == {"2026-09": 24, "2026-10": 26}


@pytest.mark.usefixtures("context")
def test_idm_and_indeks_desa_are_two_lines() -> None:
    say("status", indeks="IDM", tahun="2023", skor="0,7072")
    say("status", indeks="idm", tahun="2024", skor="0.7073", status="Maju")
    say("status", indeks="Indeks Desa", tahun="2025", skor="71,2", status="berkembang")
    assert value("status", date(2024, 12, 31)) == ("IDM", 2024, "maju", Decimal("0.7073"))
    assert value("status", TODAY) == ("Indeks Desa", 2025, "berkembang", Decimal("71.2"))
    lines = queries.statuses(HANURA, TODAY)
    assert [(row.year, row.status) for row in lines["IDM"]] == [(2023, "berkembang"), (2024, "maju")]
    assert [row.year for row in lines["Indeks Desa"]] == [2025]


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (4907, "sangat tertinggal"), (4908, "tertinggal"), (5989, "tertinggal"), (5990, "berkembang"),
        (7072, "berkembang"), (7073, "maju"), (8155, "maju"), (8156, "mandiri"), (10_000, "mandiri"),
    ],
)  # fmt: skip
def test_the_class_follows_the_published_thresholds(score: int, name: str) -> None:
    assert idm.class_of(score) == name


@pytest.mark.parametrize(
    ("kind", "said", "column"),
    [
        ("households", {"jumlah": "0", "tanggal": "2026-01-01"}, "jumlah"),
        ("households", {"jumlah": "12.5", "tanggal": "2026-01-01"}, "jumlah"),
        ("households", {"jumlah": "12", "tanggal": "2026-11-21"}, "tanggal"),
        ("focus", {"kategori": "industri", "tanggal": "2026-01-01"}, "kategori"),
        ("outlet_days", {"bulan": "2026-11", "hari": "21"}, "hari"),
        ("outlet_days", {"bulan": "2026-02", "hari": "29"}, "hari"),
        ("outlet_days", {"bulan": "2026-12", "hari": "1"}, "bulan"),
        ("status", {"indeks": "IDM", "tahun": "2025", "skor": "0,7"}, "tahun"),
        ("status", {"indeks": "Indeks Desa", "tahun": "2024", "status": "maju"}, "tahun"),
        ("status", {"indeks": "Indeks Desa", "tahun": "2025", "skor": "71,2"}, "status"),
        ("status", {"indeks": "IDM", "tahun": "2024", "skor": "0,7072", "status": "maju"}, "status"),
        ("status", {"indeks": "IDM", "tahun": "2024", "skor": "1,2"}, "skor"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_column(kind: str, said: dict[str, str], column: str) -> None:
    with pytest.raises(Invalid) as refusal:
        reading.read(KINDS[kind], {"kode": HANURA, "sumber": "Profil desa", **said}, today=TODAY)
    assert refusal.value.field == column


@pytest.mark.usefixtures("context")
def test_months_with_facts_from_the_day_on_are_counted_again() -> None:
    world.store([world.fact(1, HANURA, 5, "2026-05-03"), world.fact(2, HANURA, 5, "2026-07-03")])
    say("households", jumlah="1204", tanggal="30/06/2026")
    assert marked() == {(HANURA, "2026-07")}
    say("households", HURUN, jumlah="900", tanggal="30/06/2026")
    assert marked() == {(HANURA, "2026-07")}


def test_nothing_is_taken_without_a_source() -> None:
    with pytest.raises(Invalid) as refusal:
        reading.read(KINDS["locus"], {"kode": HANURA, "lokus": "ya", "tanggal": "2026-01-01"}, today=TODAY)
    assert refusal.value.field == "sumber"


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("change", ["UPDATE dated_input SET number = 9", "DELETE FROM dated_input"])
def test_the_database_refuses_to_change_what_was_entered(change: str) -> None:
    say("households", jumlah="1204", tanggal="30/06/2026")
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(change))
