"""An indicator that is declared is everywhere: pages, rows, files, API and dictionary ask the registry."""

from dataclasses import replace

import pytest
from flask import Flask

from marketplace.indicators.registry import INDICATORS, MAIN
from tests import cast
from tests.indicators import world

NEW = "SE-21"


def test_a_declaration_is_all_that_pages_files_and_api_need(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = replace(
        INDICATORS["SE-11"],
        code=NEW,
        name_id="Porsi ke luar daerah",
        name_en="Share sent far away",
        short="Ke luar daerah",
        over="ring_outside",
    )
    monkeypatch.setitem(INDICATORS, NEW, declared)
    monkeypatch.setitem(MAIN, NEW, declared)
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 60_000),
                world.fact(2, world.HANURA, 20_000, destination_code=world.HURUN),
            ]
        )
    browser = world.enter(app, cast.REGENCY_OFFICER)

    def page(address: str) -> str:
        answer = browser.get(address)
        assert answer.status_code == 200
        return answer.text

    at = f"wilayah={world.PESAWARAN}&periode=2026-10"
    assert "Porsi ke luar daerah" in page(f"/program/indikator?{at}")
    assert "75,0%" in page(f"/program/indikator/{NEW}?{at}")
    assert "Cocok" in page(f"/program/indikator/{NEW}/rincian?{at}")
    assert f"{NEW},75.0,%" in page(f"/program/wilayah/{world.PESAWARAN}?periode=2026-10&format=csv")
    assert "Share sent far away" in page("/program/kamus")
    items = browser.get(f"/api/v1/indicators?region={world.PESAWARAN}&period=2026-10").get_json()["items"]
    assert [item["value"] for item in items if item["code"] == NEW] == [75.0]
