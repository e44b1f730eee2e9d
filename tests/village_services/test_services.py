"""The counter's log of services: append-only, nothing personal, summed by region and month."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.inputs import outlets
from marketplace.kit.clock import day_wib, month_wib, now
from marketplace.village_services import noting
from marketplace.village_services.models import ServiceEntry
from tests import cast
from tests.browsing import Browser, words

LOG = "/gerai/layanan"


def said(**other: str) -> dict[str, Any]:
    """What an operator types."""
    today = day_wib(now()).isoformat()
    usual = {"tanggal": today, "jenis": "ppob", "jumlah": "3", "nilai": "150.000", "jasa": "7.500"}
    return usual | {"catatan": "Listrik dan pulsa", "desa": cast.HANURA} | other


def rows(app: Flask) -> int:
    """How many lines were ever written."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ServiceEntry)) or 0


def test_what_is_noted_is_listed_summed_printed_and_exported(app: Flask) -> None:
    operator = Browser(app, cast.OPERATOR)
    assert operator.post(LOG, said()).status_code == 303
    operator.post(LOG, said(jenis="samdes", jumlah="2", nilai="600000", jasa="10000", catatan=""))
    page = words(operator.get(LOG))
    assert "PPOB 3 Rp150.000 Rp7.500" in page
    assert "Semua 5 Rp750.000 Rp17.500" in page
    assert "Operator Hanura" in page
    assert "Bukan penjualan produk desa" in words(operator.get(f"{LOG}/cetak"))
    line = operator.get(f"{LOG}.csv").text.splitlines()[1]
    assert line.endswith("PPOB,3,150000,7500,Listrik dan pulsa,Operator Hanura")


def test_a_correction_is_a_new_line_and_the_old_one_stays(app: Flask) -> None:
    operator = Browser(app, cast.OPERATOR)
    operator.post(LOG, said())
    assert 'value="3"' in operator.get(f"{LOG}/1").text
    assert operator.post(f"{LOG}/1", said(jumlah="4")).status_code == 303
    assert operator.post(f"{LOG}/1", said(jumlah="5")).status_code == 409
    assert "PPOB 4 Rp150.000" in words(operator.get(LOG))
    assert operator.post(f"{LOG}/2/batal", {"desa": cast.HANURA}).status_code == 303
    assert operator.post(f"{LOG}/2/batal", {"desa": cast.HANURA}).status_code == 409
    assert "Belum ada yang dicatat" in words(operator.get(LOG))
    assert rows(app) == 3


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("catatan", "STNK BE 1234 XY", "Jangan tulis pelat nomor"),
        ("catatan", "NIK 1809104203900001", "Jangan tulis pelat nomor"),
        ("catatan", "meter 5303 1234 567", "Jangan tulis pelat nomor"),
        ("jumlah", "0", "Tulis berapa kali"),
        ("jumlah", "1,5", "Tulis berapa kali"),
        ("nilai", "-5", "Tulis rupiahnya"),
        ("jenis", "judi", "Pilih jenis"),
        ("tanggal", (day_wib(now()) + timedelta(days=1)).isoformat(), "tidak sesudah hari ini"),
    ],
)
def test_what_may_not_be_noted_is_refused_beside_its_field(
    app: Flask, field: str, value: str, reason: str
) -> None:
    answer = Browser(app, cast.OPERATOR).post(LOG, said(**{field: value}))
    assert answer.status_code == 422
    assert reason in answer.text
    assert rows(app) == 0


@pytest.mark.parametrize("text", ["Pulsa 50 ribu", "PKB 2 motor", "Setor tunai RT 03", "3 x 100.000"])
def test_everyday_notes_are_not_taken_for_personal_ones(text: str) -> None:
    assert not noting.personal(text)


@pytest.mark.parametrize("who", [cast.SELLER, cast.FINANCE, cast.DISTRICT_OFFICER])
def test_strangers_find_no_log(app: Flask, who: str) -> None:
    assert Browser(app, who).get(LOG).status_code == 404
    assert Browser(app, who).post(LOG, said()).status_code == 404


def test_an_operator_reaches_the_own_village_only(app: Flask) -> None:
    operator = Browser(app, cast.OPERATOR)
    assert operator.get(f"{LOG}?desa={cast.HURUN}").status_code == 404
    assert operator.post(LOG, said(desa=cast.HURUN)).status_code == 404
    admin = Browser(app, cast.ADMIN)
    assert admin.post(LOG, said(desa=cast.PODOMORO)).status_code == 303
    assert operator.get(f"{LOG}/1").status_code == 404


def test_officers_see_the_sums_of_their_region_by_month(app: Flask) -> None:
    Browser(app, cast.OPERATOR).post(LOG, said())
    Browser(app, cast.ADMIN).post(LOG, said(desa=cast.PODOMORO, jumlah="9"))
    month = month_wib(now())
    page = words(Browser(app, cast.REGENCY_OFFICER).get("/program/layanan"))
    assert "Teluk Pandan 0 0 3 Rp150.000 Rp7.500" in page
    assert page.count("belum dicatat") == 11
    province = Browser(app, cast.PROVINCE_OFFICER)
    told = province.get(f"/program/layanan?format=csv&bulan={month}").text.splitlines()
    assert told[1:] == [
        f"18.09,Kabupaten Pesawaran,{month},PPOB,3,150000,7500",
        f"18.10,Kabupaten Pringsewu,{month},PPOB,9,150000,7500",
    ]
    assert Browser(app, cast.REGENCY_OFFICER).get("/program/layanan?wilayah=18.10").status_code == 404
    assert province.get("/program/layanan?bulan=1999-01").status_code == 404


def test_a_day_of_services_is_a_day_on_which_the_outlet_was_open(app: Flask) -> None:
    Browser(app, cast.OPERATOR).post(LOG, said())
    today = day_wib(now())
    with app.app_context():
        assert outlets.active(date(today.year, 1, 1), today) == {(cast.HANURA, today)}
