"""Acts and baselines: noted by officers of the region, corrected by new rows, from files after a look."""

import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from marketplace.extensions import db
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.models import Baseline, ProgrammeAct
from marketplace.kit.transaction import transaction
from tests import cast
from tests.browsing import Browser

ACTS, BASELINES = "/program/uplift/tindakan", "/program/uplift/data-awal"
GRANT = {
    "kode": cast.HANURA,
    "tindakan": "hibah",
    "tanggal": "2026-03-10",
    "rupiah": "30.000.000",
    "sumber": "SK Gubernur 12/2026",
}


@pytest.fixture
def officer(app: Flask) -> Browser:
    """The officer of the regency in which Hanura lies."""
    return Browser(app, cast.REGENCY_OFFICER)


def standing(app: Flask) -> list[ProgrammeAct]:
    """The acts in force."""
    with app.app_context():
        rows: list[ProgrammeAct] = recording.standing(ProgrammeAct)
        db.session.remove()
    return rows


def sent(browser: Browser, body: str, where: str = ACTS) -> str:
    """What the page says of a file."""
    answer = browser.post(f"{where}/berkas", {"berkas": (io.BytesIO(body.encode()), "tindakan.csv")})
    assert answer.status_code == 200
    return answer.text


def test_an_act_is_noted_once_and_shown(app: Flask, officer: Browser) -> None:
    assert officer.post(ACTS, GRANT).status_code == 303
    assert officer.post(ACTS, GRANT).status_code == 303
    (act,) = standing(app)
    assert (act.kind, act.day, act.rupiah) == ("grant", date(2026, 3, 10), 30_000_000)
    assert "SK Gubernur 12/2026" in officer.get(ACTS).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rupiah": ""}, "Tulis rupiah hibahnya"),
        ({"tindakan": "pelatihan"}, "Rupiah hanya untuk hibah"),
        ({"tanggal": "2099-01-01"}, "tidak sesudah hari ini"),
        ({"sumber": " "}, "Tulis sumbernya"),
        ({"kode": cast.PODOMORO}, "tidak ada di wilayah Anda"),
        ({"kode": "18.09.10"}, "tidak ada di wilayah Anda"),
    ],
)
def test_a_refused_act_keeps_what_was_typed(
    app: Flask, officer: Browser, change: dict[str, str], words: str
) -> None:
    answer = officer.post(ACTS, GRANT | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2099-01-01"' in answer.text or 'value="2026-03-10"' in answer.text
    assert standing(app) == []


def test_a_correction_is_a_new_row_and_a_withdrawal_too(app: Flask, officer: Browser) -> None:
    officer.post(ACTS, GRANT)
    first = standing(app)[0].id
    assert officer.post(f"{ACTS}/{first}", GRANT | {"rupiah": "25.000.000"}).status_code == 303
    (second,) = standing(app)
    assert (second.rupiah, second.replaces_id) == (25_000_000, first)
    assert officer.post(f"{ACTS}/{first}", GRANT).status_code == 404
    assert officer.post(f"{ACTS}/{second.id}/tarik", {"alasan": ""}).status_code == 422
    assert officer.post(f"{ACTS}/{second.id}/tarik", {"alasan": "Salah desa"}).status_code == 303
    assert standing(app) == []
    page = officer.get(ACTS).text
    assert "Salah desa" in page and "Rp30.000.000" in page and "Rp25.000.000" in page


def test_strangers_and_village_operators_write_nothing(app: Flask, officer: Browser) -> None:
    officer.post(ACTS, GRANT)
    number = standing(app)[0].id
    for email in (cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.OPERATOR):
        other = Browser(app, email)
        assert other.post(ACTS, GRANT | {"tanggal": "2026-04-10"}).status_code == 422
        assert other.get(f"{ACTS}/{number}").status_code == 404
        assert other.post(f"{ACTS}/{number}/tarik", {"alasan": "Tidak boleh"}).status_code == 404
    assert len(standing(app)) == 1


def test_a_file_is_looked_at_first_and_kept_when_confirmed(app: Flask, officer: Browser) -> None:
    head = "kode,tindakan,tanggal,rupiah,sumber\n"
    good = head + f"{cast.HANURA},gerai,2026-02-01,,SK 1\n{cast.HURUN},pelatihan,01/03/2026,,SK 2\n"
    page = sent(officer, good)
    assert "2 baris bisa disimpan" in page
    assert standing(app) == []
    content = page.split('<textarea name="isi" hidden>')[1].split("</textarea>")[0]
    assert officer.post(f"{ACTS}/berkas/simpan", {"isi": content}).status_code == 303
    assert [act.kind for act in standing(app)] == ["outlet", "training"]
    bad = sent(
        officer, head + f"{cast.PODOMORO},gerai,2026-02-01,,SK 1\n{cast.HANURA},pesta,2026-02-01,,SK\n"
    )
    assert "0 baris bisa disimpan, 2 baris perlu diperbaiki" in bad
    assert "Simpan semua baris" not in bad


def test_a_baseline_is_noted_and_told_of_the_village(app: Flask, officer: Browser) -> None:
    said = {"kode": cast.HANURA, "tanggal": "2026-01-20", "rupiah": "12.500.000", "sumber": "Survei 2026"}
    assert officer.post(BASELINES, said).status_code == 303
    page = officer.get(f"/program/uplift/desa/{cast.HANURA}").text
    assert "Rp12.500.000 per bulan (Survei 2026)" in page


@pytest.mark.parametrize("table", [ProgrammeAct, Baseline])
def test_nothing_that_was_said_can_be_changed(
    app: Flask, officer: Browser, table: type[ProgrammeAct] | type[Baseline]
) -> None:
    officer.post(ACTS, GRANT)
    officer.post(BASELINES, GRANT)
    for change in ("UPDATE {} SET source = 'lain'", "DELETE FROM {}"):
        with app.app_context(), pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            session.execute(text(change.format(table.__tablename__)))
