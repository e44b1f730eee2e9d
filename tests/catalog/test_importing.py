"""Goods come from files: what a file would do, all or the good rows, again and again without doubling."""

import os

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import publishing, stocking
from marketplace.catalog.imports import beginning, carrying, keeping, matching
from marketplace.catalog.imports.lines import Line
from marketplace.catalog.imports.models import CANCELLED, DONE, FAILED, GOOD, RUNNING, WAITING
from marketplace.catalog.models import Product, StockMovement, Variant
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.errors import Conflict
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.operations import sweeping
from marketplace.sellers.models import SUSPENDED
from tests import cast, factories, goods_files
from tests.factories import AT
from tests.goods_files import check, csv_file, of, take_over

HEAD = "kode;nama;harga;satuan;stok;kategori;keterangan;berat;pengiriman;foto"
CAKE = "K-1;Keripik Talas;15.000;bungkus;20;kue-roti;Gurih;300 gram;lokal;"


def _coded(code: str) -> Product:
    return db.session.scalars(select(Product).where(Product.own_code == code)).unique().one()


def _movements(product: Product) -> list[tuple[str, int]]:
    rows = select(StockMovement).where(StockMovement.variant_id == product.variants[0].id)
    return [(row.kind, row.quantity) for row in db.session.scalars(rows.order_by(StockMovement.id))]


def test_a_row_becomes_goods_by_the_rules_of_publishing(app: Flask) -> None:
    with app.app_context():
        row = take_over(csv_file(HEAD, CAKE))
        assert (row.state, row.added, row.refused) == (DONE, 1, 0)
        product = _coded("K-1")
        assert (product.name, product.status, product.category_slug) == (
            "Keripik Talas",
            "draft",
            "kue-roti",
        )
        assert (product.unit, product.fulfilment, product.shipping_weight_g) == ("bungkus", "lokal", 300)
        assert (product.variants[0].price, product.variants[0].on_hand) == (15_000, 20)
        assert _movements(product) == [("received", 20)]
        told = {event.kind for event in db.session.scalars(select(OutboxEvent))}
        assert {"import.finished", "product.changed"} <= told


def test_the_same_file_twice_changes_nothing(app: Flask) -> None:
    with app.app_context():
        take_over(csv_file(HEAD, CAKE, "K-2;Emping;9000;bungkus;5;kacang-emping;;;;"))
        before = db.session.query(StockMovement).count()
        row = of(check(csv_file(HEAD, CAKE, "K-2;Emping;9000;bungkus;5;kacang-emping;;;;")))
        assert (row.added, row.changed, row.unchanged) == (0, 0, 2)
        row = take_over(csv_file(HEAD, CAKE))
        assert (row.state, row.unchanged) == (DONE, 1)
        assert db.session.query(StockMovement).count() == before


def test_the_same_code_changes_the_goods_and_counts_the_shelf(app: Flask) -> None:
    with app.app_context():
        take_over(csv_file(HEAD, CAKE))
        number = check(csv_file("nama;kode;STOK;Harga", "Keripik Talas Pedas;K-1;12;Rp 16.500"), mode=GOOD)
        assert of(number).changes == [
            [2, "Keripik Talas Pedas", "harga Rp15.000 → Rp16.500, stok 20 → 12, nama"]
        ]
        goods_files.carry()
        product = _coded("K-1")
        assert (product.name, product.variants[0].price) == ("Keripik Talas Pedas", 16_500)
        assert product.description == "Gurih"
        assert _movements(product) == [("received", 20), ("counted", -8)]


def test_goods_without_a_code_are_known_by_name_and_may_get_one(app: Flask) -> None:
    with app.app_context():
        take_over(csv_file("nama,stok,kode", "keripik pisang cokelat,60,KPC"))
        product = factories.product(cast.CHIPS)
        assert (product.own_code, product.variants[0].on_hand) == ("KPC", 60)


def test_nothing_changes_before_it_begins(app: Flask) -> None:
    with app.app_context():
        row = of(check(csv_file(HEAD, CAKE, ";X;;;;;;;;")))
        assert (row.added, row.refused, row.line_count) == (1, 1, 1)
        assert carrying.carry_on(AT) == 0
        assert db.session.query(Product).filter_by(own_code="K-1").count() == 0


def test_errors_name_row_column_and_value(app: Flask) -> None:
    with app.app_context():
        body = csv_file(
            "nama;harga;satuan;stok;berat;pengiriman;kategori",
            "Dodol Nanas;12,50;bungkus;5;300;nasional;",
            "Dodol Susu;12000;peti;5;300;nasional;",
            "Dodol Kacang;12000;bungkus;-3;1,5;kapal;",
            "Dodol Kelapa;12000;bungkus;3;;;",
            "Zzzzz;12000;bungkus;3;;;",
            "=1+1;12000;bungkus;3;;;",
            "Dodol Durian;;bungkus;3;;;",
        )
        row = of(check(body))
        assert [(each[0], each[1], each[2]) for each in row.problems] == [
            (2, "harga", "12,50"),
            (3, "satuan", "peti"),
            (4, "stok", "-3"),
            (4, "berat", "1,5"),
            (4, "pengiriman", "kapal"),
            (6, "kategori", ""),
            (7, "nama", "=1+1"),
            (8, "harga", ""),
        ]
        assert (row.refused, row.line_count) == (6, 1)


def test_all_or_nothing_leaves_nothing_when_one_row_is_refused_late(app: Flask) -> None:
    with app.app_context():
        number = check(csv_file("nama;stok;harga", "Emping Baru;5;9000", "Kerupuk Ikan;10;"), mode="semua")
        with transaction():
            stocking.receive(factories.product(cast.CRACKERS).variants[0], 4, reference="baru", at=AT)
        goods_files.carry()
        row = of(number)
        assert (row.state, row.added, row.problems[0][:2]) == (FAILED, 0, [3, "stok"])
        assert db.session.query(Product).filter_by(name="Emping Baru").count() == 0
        assert factories.product(cast.CRACKERS).variants[0].on_hand == 34


def test_the_good_rows_go_in_when_one_is_refused_late(app: Flask) -> None:
    with app.app_context():
        body = csv_file("nama;stok;harga", "Kerupuk Ikan;10;99000", "Emping Baru;5;9000")
        number = check(body, mode=GOOD)
        with transaction():
            stocking.receive(factories.product(cast.CRACKERS).variants[0], 4, reference="baru", at=AT)
        goods_files.carry()
        row = of(number)
        assert (row.state, row.added, row.refused) == (DONE, 1, 1)
        crackers = factories.product(cast.CRACKERS).variants[0]
        # A refused row leaves nothing of itself, its price neither.
        assert (crackers.on_hand, crackers.price) == (34, 12_500)


def test_fewer_than_buyers_have_set_aside_is_refused_before(app: Flask) -> None:
    with app.app_context():
        with transaction():
            chips = factories.product(cast.CHIPS).variants[0]
            shelf = stocking.open_shelf([chips.id], at=AT)
            later = AT.replace(hour=23)
            stocking.secure(shelf, {chips.id: 9}, reference="X", expires_at=later, at=AT)
        row = of(check(csv_file("nama;stok", "Keripik Pisang Cokelat;8")))
        assert row.problems[0][:3] == [2, "stok", "8"]


def test_a_killed_worker_goes_on_where_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "PORTION", 2)
    rows = [f"C-{n};Dodol Nomor {n};1000;bungkus;3;dodol-manisan;;;;" for n in range(5)]
    with app.app_context():
        number = check(csv_file(HEAD, *rows), mode=GOOD)
        carrying.carry_on(AT)
        db.session.remove()
        assert (of(number).state, of(number).lines_done, of(number).added) == (RUNNING, 2, 2)

        def die(*_some: object, **_more: object) -> str:
            raise KeyboardInterrupt

        with monkeypatch.context() as killed:
            killed.setattr(matching, "take_over", die)
            with pytest.raises(KeyboardInterrupt):
                carrying.carry_on(AT)
        db.session.remove()
        goods_files.carry()
        assert (of(number).state, of(number).added) == (DONE, 5)
        found = list(db.session.scalars(select(Product.own_code).where(Product.own_code.like("C-%"))))
        assert sorted(found) == ["C-0", "C-1", "C-2", "C-3", "C-4"]


def test_what_goes_wrong_in_our_place_ends_the_import(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_some: object, **_more: object) -> str:
        raise ZeroDivisionError

    with app.app_context():
        number = check(csv_file(HEAD, CAKE), mode=GOOD)
        monkeypatch.setattr(matching, "take_over", break_down)
        goods_files.carry()
        assert of(number).state == FAILED


def test_a_suspended_shop_gets_nothing_from_a_file_that_waits(app: Flask) -> None:
    with app.app_context():
        number = check(csv_file(HEAD, CAKE), mode=GOOD)
        with transaction():
            factories.shop(cast.HER_SHOP).status = SUSPENDED
        goods_files.carry()
        assert of(number).state == FAILED
        assert db.session.query(Product).filter_by(own_code="K-1").count() == 0


def test_photos_come_by_name_from_any_folder_and_only_where_there_are_none(app: Flask) -> None:
    photos = goods_files.zipped(
        {
            "Foto Toko/A.JPG": goods_files.photo("red"),
            "b.jpg": goods_files.photo("blue"),
            "__MACOSX/._b.jpg": b"",
        }
    )
    body = goods_files.workbook(
        [
            ["kode", "nama", "harga", "kategori", "foto"],
            ["F-1", "Dodol Foto", 1000, "dodol-manisan", "b.jpg; a.jpg"],
        ]
    )
    with app.app_context():
        row = take_over(body, photos)
        assert (row.state, row.photos_done) == (DONE, 2)
        assert (len(_coded("F-1").photos), _coded("F-1").status) == (2, "active")
        again = take_over(body, photos, mode=GOOD)
        assert (again.unchanged, again.photo_count) == (1, 0)
        assert len(_coded("F-1").photos) == 2


def test_goods_without_a_photo_wait_and_are_on_sale_with_it(app: Flask) -> None:
    body = csv_file("kode;nama;harga;kategori;foto", "F-1;Dodol Foto;1000;dodol-manisan;b.jpg")
    with app.app_context():
        number = check(body, mode=GOOD)
        assert of(number).changes == [[2, "Dodol Foto", "baru, menunggu foto"]]
        goods_files.carry()
        assert _coded("F-1").status == "draft"
        row = take_over(body, goods_files.zipped({"b.jpg": goods_files.photo()}))
        assert (row.changed, _coded("F-1").status) == (1, "active")


def test_a_photo_that_is_not_there_or_none_is_named(app: Flask) -> None:
    body = csv_file(
        "nama,harga,kategori,foto", "Dodol A,1000,dodol-manisan,x.jpg", "Dodol B,1000,dodol-manisan,y.jpg"
    )
    with app.app_context():
        row = of(check(body, goods_files.zipped({"y.jpg": b"<svg/>"})))
        assert [each[3] for each in row.problems] == [
            "Foto x.jpg tidak ada di ZIP.",
            "y.jpg bukan foto JPEG, PNG, atau WebP.",
        ]
        assert of(check(body)).refused == 0


def test_a_photo_that_cannot_be_drawn_refuses_its_row_alone(app: Flask) -> None:
    body = csv_file(
        "nama,harga,kategori,foto", "Dodol A,1000,dodol-manisan,a.jpg", "Dodol B,1000,dodol-manisan,"
    )
    with app.app_context():
        row = take_over(body, goods_files.zipped({"a.jpg": b"\xff\xd8\xff" + b"x" * 900}), mode=GOOD)
        assert (row.state, row.added, row.refused) == (DONE, 1, 1)
        assert row.problems[0][1] == "foto"


def test_nothing_of_a_file_is_kept_when_it_is_over(app: Flask) -> None:
    with app.app_context():
        number = check(csv_file(HEAD, CAKE), mode=GOOD)
        key = of(number).key
        assert keeping.lines(settings().import_dir, key)[0].code == "K-1"
        goods_files.carry()
        with pytest.raises(FileNotFoundError):
            keeping.lines(settings().import_dir, key)


def test_goods_of_several_variants_are_changed_on_their_page(app: Flask) -> None:
    with app.app_context():
        with transaction():
            factories.product(cast.CHIPS).variants.append(Variant(position=1, name="Besar", price=30_000))
        row = of(check(csv_file("nama;harga", "Keripik Pisang Cokelat;19000")))
        assert row.problems[0][:2] == [2, "harga"]
        assert of(check(csv_file("nama;harga", "Keripik Pisang Cokelat;18000"))).unchanged == 1


def test_a_code_names_one_product_of_a_shop(app: Flask) -> None:
    with app.app_context():
        take_over(csv_file(HEAD, CAKE))
        shop = factories.shop(cast.HER_SHOP)
        assert matching.index_of(shop).find(Line(1, code="K-1")) == _coded("K-1").id
        other = matching.index_of(factories.shop(cast.HIS_SHOP))
        assert other.find(Line(1, code="K-1", name="Keripik Talas")) is None


def test_only_a_checked_file_may_begin(app: Flask) -> None:
    with app.app_context():
        number = check(csv_file(HEAD, CAKE), mode=GOOD)
        with pytest.raises(Conflict):
            beginning.begin(of(number), GOOD, actor="seller:1")


def test_goods_that_rest_are_changed_and_go_on_resting(app: Flask) -> None:
    with app.app_context():
        with transaction():
            publishing.pause(factories.product(cast.CHIPS), at=AT)
        take_over(csv_file("nama;harga", "Keripik Pisang Cokelat;19000"))
        assert factories.product(cast.CHIPS).status == "paused"


def test_what_nobody_let_begin_is_forgotten_after_a_week(app: Flask) -> None:
    with app.app_context():
        old, waiting = check(csv_file(HEAD, CAKE)), check(csv_file(HEAD, CAKE), shop=cast.HIS_SHOP, mode=GOOD)
        keys = {number: of(number).key for number in (old, waiting)}
        for key in keys.values():
            path = settings().import_dir / key[:2] / key
            os.utime(path, (0, 0))
        assert sweeping.sweep(at=AT)["imports"] == 1
        assert (of(old).state, of(waiting).state) == (CANCELLED, WAITING)
        assert keeping.lines(settings().import_dir, keys[waiting])
        with pytest.raises(FileNotFoundError):
            keeping.lines(settings().import_dir, keys[old])
