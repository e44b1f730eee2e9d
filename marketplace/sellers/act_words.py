"""One table: what is written down of an act at a desk, by the page that was asked for it."""

from collections.abc import Callable

from flask import Flask, Request, current_app

from marketplace.kit.texts import noted

WORDS = {
    "seller_products.new": noted("Memasang produk baru"),
    "seller_products.change": noted("Mengubah produk"),
    "seller_products.pause": noted("Menjeda produk"),
    "seller_products.resume": noted("Menampilkan produk lagi"),
    "seller_stock.save": noted("Mencatat dan memastikan stok"),
    "seller_stock.warn_at": noted("Mengubah batas pemberitahuan stok"),
    "imports.check": noted("Memeriksa berkas impor barang"),
    "imports.begin": noted("Mengimpor barang dari berkas"),
    "imports.give_up": noted("Membatalkan impor barang"),
    "seller_photos.upload": noted("Mengunggah foto produk"),
    "seller_photos.move": noted("Mengurutkan foto produk"),
    "seller_photos.tell": noted("Menulis keterangan foto"),
    "seller_photos.remove": noted("Menghapus foto produk"),
    "seller_waiting.photograph": noted("Memasang foto pertama dan menampilkan produk"),
    "seller_stock.recount": noted("Menghitung ulang stok"),
    "seller_stock.add": noted("Mencatat barang masuk"),
    "seller_stock.correct": noted("Mengoreksi stok"),
    "seller_stock.make_to_order": noted("Mengubah cara menghitung stok"),
    "seller_permits.new": noted("Mencatat izin"),
    "seller_permits.cover": noted("Menambah produk pada izin"),
    "seller_permits.end": noted("Mengakhiri izin"),
    "seller_permits.exempt": noted("Mencatat produk tanpa izin"),
    "seller_orders.accept": noted("Menerima pesanan"),
    "seller_orders.decline": noted("Menolak pesanan"),
    "seller_orders.pack": noted("Mencatat pesanan dikemas"),
    "packing.act_on_many": noted("Mencatat beberapa pesanan dikemas"),
    "seller_reviews.answer": noted("Menjawab ulasan"),
    "seller_orders.ship": noted("Mengirim pesanan"),
    "seller_orders.mark_ready": noted("Mencatat pesanan siap diambil"),
    "seller_orders.deliver": noted("Mencatat pesanan sampai"),
    "seller_orders.call_off": noted("Membatalkan pesanan"),
    "seller_orders.fail": noted("Mencatat pengiriman gagal"),
    "seller_orders.take_back": noted("Mencatat barang kembali"),
    "seller_complaints.settle": noted("Menyelesaikan komplain"),
    "seller_payments.accept": noted("Mengonfirmasi pembayaran langsung"),
    "seller_payments.refuse": noted("Menolak bukti pembayaran"),
    "seller_refunds.give_back": noted("Mengembalikan dana pembeli"),
    "seller_refunds.given": noted("Mencatat dana sudah diberikan"),
}
OTHER = noted("Mengubah data toko")


def register(app: Flask, *, goods_name: Callable[[str], str]) -> None:
    """Let acts name the goods whose slug stands in the address (empty: there are none)."""
    app.extensions["goods_name"] = goods_name


def words_for(request: Request) -> tuple[str, str]:
    """What a form did, and with what: the number of an order, the name of goods that are there or new."""
    what, asked = WORDS.get(request.endpoint or "", OTHER), request.view_args or {}
    if "slug" in asked:
        return what, current_app.extensions["goods_name"](asked["slug"]) or asked["slug"]
    named = next(iter(asked.values()), "") or request.form.get("nama", "")
    return what, str(named).strip()
