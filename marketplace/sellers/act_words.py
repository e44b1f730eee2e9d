"""One table: what is written down of an act at a desk, by the page that was asked for it."""

from collections.abc import Callable

from flask import Flask, Request, current_app

WORDS = {
    "seller_products.new": "Memasang produk baru",
    "seller_products.change": "Mengubah produk",
    "seller_products.pause": "Menjeda produk",
    "seller_products.resume": "Menampilkan produk lagi",
    "seller_stock.save": "Mencatat dan memastikan stok",
    "seller_stock.warn_at": "Mengubah batas pemberitahuan stok",
    "imports.check": "Memeriksa berkas impor barang",
    "imports.begin": "Mengimpor barang dari berkas",
    "imports.give_up": "Membatalkan impor barang",
    "seller_photos.upload": "Mengunggah foto produk",
    "seller_photos.move": "Mengurutkan foto produk",
    "seller_photos.tell": "Menulis keterangan foto",
    "seller_photos.remove": "Menghapus foto produk",
    "seller_waiting.photograph": "Memasang foto pertama dan menampilkan produk",
    "seller_stock.recount": "Menghitung ulang stok",
    "seller_stock.add": "Mencatat barang masuk",
    "seller_stock.correct": "Mengoreksi stok",
    "seller_stock.make_to_order": "Mengubah cara menghitung stok",
    "seller_permits.new": "Mencatat izin",
    "seller_permits.cover": "Menambah produk pada izin",
    "seller_permits.end": "Mengakhiri izin",
    "seller_permits.exempt": "Mencatat produk tanpa izin",
    "seller_orders.accept": "Menerima pesanan",
    "seller_orders.decline": "Menolak pesanan",
    "seller_orders.pack": "Mencatat pesanan dikemas",
    "packing.act_on_many": "Mencatat beberapa pesanan dikemas",
    "seller_reviews.answer": "Menjawab ulasan",
    "seller_orders.ship": "Mengirim pesanan",
    "seller_orders.mark_ready": "Mencatat pesanan siap diambil",
    "seller_orders.deliver": "Mencatat pesanan sampai",
    "seller_orders.call_off": "Membatalkan pesanan",
    "seller_orders.fail": "Mencatat pengiriman gagal",
    "seller_orders.take_back": "Mencatat barang kembali",
    "seller_complaints.settle": "Menyelesaikan komplain",
    "seller_payments.accept": "Mengonfirmasi pembayaran langsung",
    "seller_payments.refuse": "Menolak bukti pembayaran",
    "seller_refunds.give_back": "Mengembalikan dana pembeli",
    "seller_refunds.given": "Mencatat dana sudah diberikan",
}
OTHER = "Mengubah data toko"


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
