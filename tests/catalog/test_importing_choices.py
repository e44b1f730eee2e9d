"""Goods in several choices come from files: one row each, prices by quantity, and nothing else is touched."""

import io
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.imports import albums
from marketplace.catalog.models import Product, Variant
from marketplace.extensions import db
from marketplace.kit import zips
from marketplace.kit.transaction import transaction
from tests import cast, factories, goods_files
from tests.browsing import Browser, words
from tests.catalog.test_seller_pages import NEW, answers, photo
from tests.goods_files import check, csv_file, of, take_over

HEAD = "kode,nama,varian,harga,harga_grosir,stok,kategori,berat"
COFFEE = (
    'K-1,Kopi Bubuk,250 g,35000,"10:33.000; 50:31000",20,kopi,300',
    "K-1,,500 g,65000,,8,,550",
    "K-1,Kopi Bubuk,1 kg,120000,-,0,,",
)


def _coffee() -> list[Variant]:
    db.session.expire_all()
    return db.session.scalars(select(Product).where(Product.own_code == "K-1")).unique().one().variants


def _facts(variant: Variant) -> tuple[str, int, int, list[list[int]], int | None]:
    return variant.name, variant.price, variant.on_hand, variant.tiers, variant.shipping_weight_g


def test_rows_of_one_code_are_the_choices_of_one_product(app: Flask) -> None:
    with app.app_context():
        row = take_over(csv_file(HEAD, *COFFEE))
        assert (row.added, row.refused, row.line_count) == (1, 0, 1)
        assert [_facts(variant) for variant in _coffee()] == [
            ("250 g", 35_000, 20, [[10, 33_000], [50, 31_000]], None),
            ("500 g", 65_000, 8, [], 550),
            ("1 kg", 120_000, 0, [], None),
        ]
        assert _coffee()[0].product.shipping_weight_g == 300
        again = of(check(csv_file(HEAD, *COFFEE)))
        assert (again.unchanged, again.changed, again.problems) == (1, 0, [])


def test_a_row_changes_its_choice_alone(app: Flask) -> None:
    with app.app_context():
        take_over(csv_file(HEAD, *COFFEE))
        with transaction():
            _coffee()[1].compare_price = 70_000
        body = csv_file("kode;varian;harga;stok;harga_grosir", "K-1;500 G;64000;9;6:60000;")
        number = check(body, mode="semua")
        said = "500 G: harga Rp65.000 → Rp64.000, 500 G: stok 8 → 9, 500 G: harga grosir"
        assert of(number).changes == [[2, "Kopi Bubuk", said]]
        goods_files.carry()
        small, middle, large = _coffee()
        assert _facts(middle) == ("500 g", 64_000, 9, [[6, 60_000]], 550)
        assert (middle.compare_price, small.price, large.on_hand) == (70_000, 35_000, 0)
        row = of(check(csv_file("kode;varian;harga_grosir", "K-1;500 g;-", "K-1;2 kg;")))
        assert row.problems[0][1::2] == ["harga", "Pilihan baru 2 kg perlu harga."]
        take_over(csv_file("kode;varian;harga;harga_grosir", "K-1;500 g;;-", "K-1;2 kg;200000;"))
        assert (_coffee()[1].tiers, _coffee()[3].price) == ([], 200_000)


def test_goods_of_one_choice_get_a_second_one(app: Flask) -> None:
    with app.app_context():
        rows = ("Keripik Pisang Cokelat;250 g;;", "Keripik Pisang Cokelat;1 kg;64000;5")
        take_over(csv_file("nama;varian;harga;stok", *rows))
        first, second = factories.product(cast.CHIPS).variants
        assert (first.name, first.price, first.on_hand) == ("250 g", 18_000, 50)
        assert (second.name, second.price, second.on_hand) == ("1 kg", 64_000, 5)


def test_rows_that_do_not_go_together_are_named(app: Flask) -> None:
    with app.app_context():
        body = csv_file(
            HEAD,
            *COFFEE,
            "K-1,Kopi Lain,2 kg,9000,,1,,",
            "K-1,,500 G,9000,,1,,",
            "K-2,Dodol,kecil,9000,10:9500,1,dodol-manisan,",
            "K-3,Emping,kecil,x,,1,kacang-emping,",
            "K-3,Emping,besar,9000,,1,kacang-emping,",
            "K-4,Sale,,9000,,1,kue-roti,",
            "K-4,,besar,9000,,1,,",
            "K-5,Wajik,,9000,9000,1,kue-roti,",
        )
        assert [(each[0], each[1], each[3].split(".")[0]) for each in of(check(body)).problems] == [
            (5, "nama", "Tulis ini di baris 2 saja"),
            (6, "varian", "Sudah ada di baris 3"),
            (
                7,
                "harga_grosir",
                "Harga grosir mulai 10 harus lebih murah daripada harga untuk jumlah di bawahnya",
            ),
            (8, "harga", "Tulis harga dalam rupiah, misalnya 15"),
            (9, "kode", "Perbaiki dulu baris 8 dari barang ini"),
            (10, "varian", "Beri nama pilihan pertama juga, misalnya 250 gram"),
            (
                12,
                "harga_grosir",
                "Tulis seperti 10:9000;50:8500, yaitu mulai jumlah berapa dan harga per satuannya",
            ),
        ]


def test_photos_go_out_under_the_names_of_the_list_and_come_in_again(app: Flask) -> None:
    seller = Browser(app, cast.SELLER)
    for colour in ("orange", "teal"):
        form = answers(seller.get(NEW), nama=f"Dodol {colour}", harga="9000", foto=photo(colour))
        seller.post(NEW, form)
    assert "Semua foto 2 foto" in words(seller.get("/penjual/produk/impor"))
    answer = seller.get("/penjual/produk/ekspor-foto-1.zip")
    assert answer.mimetype == "application/zip"
    assert ZipFile(io.BytesIO(answer.data)).namelist() == ["dodol-orange-1.webp", "dodol-teal-1.webp"]
    listed = seller.get("/penjual/produk/ekspor.csv").text
    assert "dodol-teal-1.webp" in listed
    with app.app_context():
        row = of(check(listed.encode(), answer.data))
        assert (row.problems, row.photo_count, row.changed) == ([], 0, 0)
        row = take_over(listed.encode(), answer.data, shop=cast.HIS_SHOP)
        assert (row.refused, row.photos_done) == (0, 2)
    assert seller.get("/penjual/produk/ekspor-foto-2.zip").status_code == 404
    assert Browser(app, cast.BUYER).get("/penjual/produk/ekspor-foto-1.zip").status_code == 404


def test_many_photos_go_out_in_parts_that_come_in_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = Browser(app, cast.SELLER)
    for name in ("Dodol Satu", "Dodol Dua"):
        seller.post(NEW, answers(seller.get(NEW), nama=name, harga="9000", foto=photo()))
    monkeypatch.setattr(albums, "MOST_BYTES", 1)
    for number, name in enumerate(("dodol-satu-1.webp", "dodol-dua-1.webp"), 1):
        part = seller.get(f"/penjual/produk/ekspor-foto-{number}.zip")
        assert ZipFile(io.BytesIO(part.data)).namelist() == [name]
    monkeypatch.undo()
    # What goes out in one part is less than an import takes.
    assert albums.MOST_BYTES + 200 * albums.MOST_PHOTOS < zips.MOST_UNPACKED
    assert albums.MOST_PHOTOS <= zips.MOST_MEMBERS
