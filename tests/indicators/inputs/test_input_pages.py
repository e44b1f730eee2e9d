"""Officers and operators enter inputs by form and file, each inside the own region, all rows or none."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.inputs import queries, status_files
from marketplace.indicators.inputs.models import DatedInput
from marketplace.kit.csv_files import Cell, csv_text
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.kit.workbook_files import workbook
from tests import cast
from tests.browsing import Browser

HOUSEHOLDS = "/program/masukan/keluarga"
HERE = f"{HOUSEHOLDS}/desa/{cast.HANURA}"
GOOD = {"jumlah": "1.204", "tanggal": "2026-06-30", "sumber": "Profil desa 2026"}
HEAD = ("kode", "desa", "jumlah", "tanggal", "sumber")


def rows_kept(app: Flask) -> int:
    """How many rows were ever entered."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(DatedInput)) or 0


def send(client: Browser, body: bytes, name: str = "keluarga.csv") -> str:
    """Send a file for checking; the address of what it would do."""
    answer = client.post(f"{HOUSEHOLDS}/berkas", {"berkas": (BytesIO(body), name)})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_what_is_typed_is_known_and_says_who(app: Flask) -> None:
    operator = Browser(app, cast.OPERATOR)
    assert operator.post(HERE, GOOD).status_code == 303
    page = operator.get(HERE).text
    assert "1.204 keluarga" in page
    assert "Diisi Operator Hanura" in page
    assert "Profil desa 2026" in page
    assert (
        "1.204 keluarga"
        in Browser(app, cast.PROVINCE_OFFICER).get(f"/program/masukan?wilayah={cast.HANURA}").text
    )


def test_a_refused_form_keeps_what_was_typed(app: Flask) -> None:
    operator = Browser(app, cast.OPERATOR)
    answer = operator.post(HERE, GOOD | {"sumber": " "})
    assert answer.status_code == 422
    assert 'value="1.204"' in answer.text
    assert "Tulis sumbernya" in answer.text
    assert rows_kept(app) == 0


@pytest.mark.parametrize(
    ("who", "code", "reads", "writes"),
    [
        (cast.OPERATOR, cast.HANURA, 200, 303),
        (cast.OPERATOR, cast.HURUN, 404, 404),
        (cast.DISTRICT_OFFICER, cast.HURUN, 200, 303),
        (cast.DISTRICT_OFFICER, cast.PODOMORO, 404, 404),
        (cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.PODOMORO, 200, 404),
        (cast.ADMIN, cast.PODOMORO, 200, 303),
        (cast.SELLER, cast.HANURA, 404, 404),
        (cast.FINANCE, cast.HANURA, 404, 404),
        (cast.PROVINCE_OFFICER, "18.09.10", 404, 404),
    ],
)
def test_each_person_reaches_the_own_villages_only(
    app: Flask, who: str, code: str, reads: int, writes: int
) -> None:
    client = Browser(app, who)
    address = f"{HOUSEHOLDS}/desa/{code}"
    assert client.get(address).status_code == reads
    assert client.post(address, GOOD).status_code == writes
    assert client.post(f"{address}/tarik", {"baris": "1", "alasan": "Salah"}).status_code in (303, 404)


def test_a_withdrawn_value_is_gone_and_a_second_withdrawal_is_too_late(app: Flask) -> None:
    operator = Browser(app, cast.OPERATOR)
    operator.post(HERE, GOOD)
    assert operator.post(f"{HERE}/tarik", {"baris": "1", "alasan": ""}).status_code == 422
    assert operator.post(f"{HERE}/tarik", {"baris": "1", "alasan": "Salah desa"}).status_code == 303
    assert operator.post(f"{HERE}/tarik", {"baris": "1", "alasan": "Salah desa"}).status_code == 409
    with app.app_context():
        assert queries.known("households", date(2026, 11, 20)) == {}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_is_checked_then_taken_and_again_changes_nothing(app: Flask, ending: str) -> None:
    officer = Browser(app, cast.DISTRICT_OFFICER)
    rows: list[tuple[Cell, ...]] = [
        (cast.HANURA, "Hanura", 1204, "30/06/2026", "Profil desa 2026"),
        (cast.PODOMORO, "Podomoro", "", "", ""),
        (cast.HURUN, "Hurun", "2.011", "30/06/2026", "Profil desa 2026"),
    ]
    body = csv_text(HEAD, rows).encode() if ending == "csv" else workbook("Isian", HEAD, rows)
    address = send(officer, body)
    assert rows_kept(app) == 0
    assert "Simpan semua baris" in officer.get(address).text
    assert officer.post(address).status_code == 303
    assert rows_kept(app) == 2
    assert officer.post(address).status_code == 409
    again = officer.get(send(officer, body)).text
    assert "Tidak ada yang perlu disimpan" in again
    assert rows_kept(app) == 2


def test_one_wrong_row_keeps_all_rows_out(app: Flask) -> None:
    officer = Browser(app, cast.DISTRICT_OFFICER)
    rows: list[tuple[Cell, ...]] = [
        (cast.HANURA, "", 1204, "30/06/2026", "Profil"),
        (cast.PODOMORO, "", 900, "30/06/2026", "Profil"),
        (cast.HURUN, "", "banyak", "30/06/2026", "Profil"),
        (cast.HANURA, "", 1300, "2026-06-30", "Profil"),
    ]
    address = send(officer, csv_text(HEAD, rows).encode())
    page = officer.get(address).text
    assert "Tidak ada desa dengan kode ini di wilayah Anda." in page
    assert "Tulis banyaknya keluarga" in page
    assert "Desa ini sudah ada di baris 2." in page
    assert officer.post(address).status_code == 409
    assert rows_kept(app) == 0
    told = officer.get(f"{address}/masalah.csv").text.splitlines()
    assert [line.split(",")[:2] for line in told[1:]] == [["3", "kode"], ["4", "jumlah"], ["5", "kode"]]


def test_a_file_is_its_senders_alone(app: Flask) -> None:
    address = send(
        Browser(app, cast.DISTRICT_OFFICER),
        csv_text(HEAD, [(cast.HANURA, "", 5, "1/6/2026", "Profil")]).encode(),
    )
    assert Browser(app, cast.REGENCY_OFFICER).get(address).status_code == 404
    assert Browser(app, cast.REGENCY_OFFICER).post(address).status_code == 404


def test_the_template_comes_in_again_without_changes(app: Flask) -> None:
    officer = Browser(app, cast.DISTRICT_OFFICER)
    officer.post(HERE, GOOD)
    officer.post(
        f"/program/masukan/status/desa/{cast.HANURA}",
        {"indeks": "IDM", "tahun": "2024", "skor": "0,7146", "sumber": "Kemendes"},
    )
    for slug in ("keluarga", "status"):
        body = officer.get(f"/program/masukan/{slug}/isian.csv?wilayah=18.09.10").data
        answer = officer.post(f"/program/masukan/{slug}/berkas", {"berkas": (BytesIO(body), "a.csv")})
        assert "Tidak ada yang perlu disimpan" in officer.get(answer.headers["Location"]).text


def test_coverage_tells_how_many_villages_are_missing(app: Flask) -> None:
    officer = Browser(app, cast.DISTRICT_OFFICER)
    officer.post(HERE, GOOD)
    page = officer.get("/program/masukan").text
    villages = officer.get(f"{HOUSEHOLDS}?hanya=kurang").text
    assert "1 dari " in page
    assert "Hanura" not in villages.split("<tbody>")[1]
    assert "Hurun" in villages


def test_idm_scores_are_loaded_by_command_all_or_none(app: Flask) -> None:
    head = "code,year,idm,iks,ike,ikl,status\n"
    good = f"{head}{cast.HANURA},2024,0.8157,0.9,0.8,0.7,mandiri\n"
    good += f"{cast.HURUN},2024,0.7072,0.9,0.8,1,berkembang\n"
    at = datetime(2026, 11, 20, 3, tzinfo=UTC)
    with app.app_context():
        with pytest.raises(Invalid, match="baris 3, kolom status"), transaction():
            status_files.load(good.replace("berkembang", "maju").encode(), "idm.csv", at=at)
        assert queries.known("status", date(2026, 11, 20)) == {}
        for added in (2, 0):
            with transaction():
                assert status_files.load(good.encode(), "idm.csv", at=at).added == added
        known = queries.known("status", date(2026, 11, 20))[cast.HANURA]
        assert (known.value.status, known.value.index_name, known.value.year) == ("mandiri", "IDM", 2024)
        assert "Kemendes" in known.source
