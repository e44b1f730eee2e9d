"""Decides which events people are told, whom, how weighty it is, and in which words: one table, a row each.

The places in the words (`%(shop)s`) are filled by `facts.py`. A kind that nobody announces does no harm. Of
several rows that reach the same person for one event, they read the first.
"""

from collections.abc import Callable, Iterable
from enum import Enum, StrEnum
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from marketplace.notices import audiences as to
from marketplace.notices.facts import Facts


class Topic(StrEnum):
    """What a notice is about: people choose by topic what reaches them."""

    ORDERS = "pesanan"
    MONEY = "uang"
    GOODS = "barang"
    SHOP = "toko"
    REVIEWS = "ulasan"


class Weight(Enum):
    """`QUIET` stays in the application, `NORMAL` goes by e-mail too, `ALWAYS` cannot be switched off."""

    QUIET = 1
    NORMAL = 2
    ALWAYS = 3


class Rule(NamedTuple):
    """One row: events of `kind` tell `audience` these words and lead to `address`."""

    kind: str
    audience: Callable[[Facts], Iterable[int]]
    topic: Topic
    weight: Weight
    address: str
    title: LazyString
    body: LazyString


T, W = Topic, Weight
# Pages, as addresses: they stand above and beside this package.
ORDER = "/pesanan/%(order)s"
SALE = "/penjual/pesanan/%(number)s?toko=%(slug)s"
SHOP = "/penjual/toko?toko=%(slug)s"
PERMITS = "/penjual/izin?toko=%(slug)s"
MEMBERS = "/penjual/toko/anggota?toko=%(slug)s"
HELP = "/penjual/toko/bantuan?toko=%(slug)s"
STOCK = "/penjual/stok?toko=%(slug)s"

# fmt: off
RULES: tuple[Rule, ...] = (
    # Orders, as the shop hears of them.
    Rule("seller_order.awaiting_confirmation", to.members, T.ORDERS, W.NORMAL, SALE,
         _l("Pesanan baru %(number)s"),
         _l("%(total)s menunggu jawaban %(shop)s. Jawab sebelum %(deadline)s, supaya tidak batal sendiri.")),
    Rule("seller_order.deadline_near", to.members, T.ORDERS, W.NORMAL, SALE,
         _l("Waktu pesanan %(number)s hampir habis"),
         _l("Kerjakan sebelum %(deadline)s. Setelah itu pesanan batal sendiri.")),
    Rule("seller_order.cancelled", to.knowing_members, T.ORDERS, W.NORMAL, SALE,
         _l("Pesanan %(number)s dibatalkan"),
         _l("Pembeli membatalkan pesanan di %(shop)s. Barangnya sudah kembali ke stok.")),
    Rule("seller_order.lapsed", to.members, T.ORDERS, W.NORMAL, SALE,
         _l("Pesanan %(number)s terlewat"),
         _l("Batas waktunya habis, jadi pesanan batal dan barangnya kembali ke stok.")),
    Rule("seller_order.disputed", to.members, T.ORDERS, W.NORMAL, SALE,
         _l("Ada komplain di pesanan %(number)s"),
         _l("Pembeli belum puas. Baca ceritanya dan selesaikan bersama.")),
    Rule("seller_order.disputed", to.operators, T.ORDERS, W.NORMAL, "/gerai/komplain",
         _l("Komplain untuk toko %(shop)s"),
         _l("Pesanan %(number)s dikomplain pembeli dan menunggu putusan.")),
    Rule("seller_order.completed", to.members, T.ORDERS, W.QUIET, SALE,
         _l("Pesanan %(number)s selesai"),
         _l("Penjualan %(total)s sudah tercatat.")),
    # Orders, as their buyer hears of them.
    Rule("seller_order.accepted", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("%(shop)s menerima pesanan Anda"),
         _l("Pesanan %(order)s sedang disiapkan.")),
    Rule("seller_order.shipped", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("Pesanan dari %(shop)s dikirim"),
         _l("Pesanan %(order)s dalam perjalanan.%(parcel)s")),
    Rule("seller_order.ready_for_pickup", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("Pesanan dari %(shop)s siap diambil"),
         _l("Ambil pesanan %(order)s sebelum %(deadline)s.")),
    Rule("seller_order.delivered", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("Pesanan dari %(shop)s sudah sampai"),
         _l("Periksa barangnya, lalu tekan “Pesanan sudah saya terima” atau ceritakan masalahnya.")),
    Rule("seller_order.delivery_failed", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("Pesanan dari %(shop)s belum sampai"),
         _l("Pengantaran pesanan %(order)s gagal. Hubungi penjual untuk mengatur ulang.")),
    Rule("seller_order.declined", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("%(shop)s tidak bisa memenuhi pesanan Anda"),
         _l("Alasan penjual ada di halaman pesanan %(order)s. Uang yang sudah masuk dikembalikan.")),
    Rule("seller_order.lapsed", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("%(shop)s tidak memenuhi pesanan tepat waktu"),
         _l("Pesanan %(order)s di toko ini batal. Uang yang sudah masuk dikembalikan.")),
    Rule("seller_order.cancelled_by_seller", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("%(shop)s membatalkan pesanan Anda"),
         _l("Alasan penjual ada di halaman pesanan %(order)s. Uang yang sudah masuk dikembalikan.")),
    Rule("seller_order.returned", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("Pesanan dari %(shop)s dikembalikan"),
         _l("Barang dari pesanan %(order)s kembali ke penjual.")),
    Rule("seller_order.expired", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         _l("Waktu bayar pesanan %(order)s habis"),
         _l("Pesanan di %(shop)s batal karena pembayarannya belum masuk.")),
    # Money.
    Rule("payment.proof_sent", to.receivers, T.MONEY, W.NORMAL, "%(proof)s",
         _l("Bukti bayar untuk pesanan %(number)s"),
         _l("Pembeli mengirim bukti bayar %(total)s ke %(shop)s. Cocokkan dengan uang yang masuk.")),
    Rule("payment.reminder", to.buyer, T.MONEY, W.NORMAL, ORDER,
         _l("Pesanan %(order)s belum dibayar"),
         _l("Bayar %(total)s untuk %(shop)s sebelum %(deadline)s, supaya tidak batal.")),
    Rule("seller_order.refunded", to.buyer, T.MONEY, W.ALWAYS, ORDER,
         _l("%(amount)s akan kembali kepada Anda"),
         _l("%(shop)s mengembalikan uang pesanan %(order)s. Jalannya ada di halaman pesanan.")),
    Rule("refund.succeeded", to.buyer, T.MONEY, W.ALWAYS, ORDER,
         _l("%(amount)s sudah dikirim kembali"),
         _l("Uang pesanan %(order)s dari %(shop)s dalam perjalanan ke Anda.")),
    Rule("payout.sent", to.payees, T.MONEY, W.QUIET, "%(page)s",
         _l("Pencairan %(total)s dikirim ke bank"),
         _l("Pencairan %(number)s untuk %(shop)s menuju rekening %(bank)s.")),
    Rule("payout.confirmed", to.payees, T.MONEY, W.NORMAL, "%(page)s",
         _l("Pencairan %(total)s sudah masuk"),
         _l("Bank sudah mengirim pencairan %(number)s ke rekening %(bank)s untuk %(shop)s.")),
    Rule("payout.failed", to.payees, T.MONEY, W.ALWAYS, "%(page)s",
         _l("Pencairan %(total)s gagal"),
         _l("Bank menolak pencairan %(number)s untuk %(shop)s. Periksa rekening %(bank)s.")),
    # The shop itself.
    Rule("shop.applied", to.operators, T.SHOP, W.NORMAL, "/gerai/toko",
         _l("Toko baru menunggu: %(shop)s"),
         _l("Periksa pendaftarannya, supaya bisa mulai berjualan.")),
    Rule("shop.verified", to.members, T.SHOP, W.NORMAL, SHOP,
         _l("%(shop)s sudah bisa berjualan"),
         _l("Desa sudah memeriksa toko ini. Barang yang Anda pasang sekarang terlihat pembeli.")),
    Rule("shop.returned", to.members, T.SHOP, W.NORMAL, SHOP,
         _l("Pendaftaran %(shop)s perlu dilengkapi"),
         _l("Lengkapi, lalu kirim lagi.%(why)s")),
    Rule("shop.suspended", to.members, T.SHOP, W.ALWAYS, SHOP,
         _l("%(shop)s ditutup sementara"),
         _l("Barang tidak tampil untuk sementara; pesanan yang sudah masuk tetap dipenuhi.%(why)s")),
    Rule("shop.reopened", to.members, T.SHOP, W.ALWAYS, SHOP,
         _l("%(shop)s dibuka lagi"),
         _l("Barang toko ini tampil lagi untuk pembeli.")),
    Rule("shop.member_joined", to.named_person, T.SHOP, W.NORMAL, SHOP,
         _l("Anda sekarang bekerja di %(shop)s"),
         _l("Pesanan dan barang toko ini ada di “Toko saya”.")),
    Rule("shop.member_joined", to.owners, T.SHOP, W.NORMAL, MEMBERS,
         _l("Ada orang baru di %(shop)s"),
         _l("Lihat siapa saja yang bekerja di toko ini.")),
    Rule("shop.handed_over", to.members, T.SHOP, W.ALWAYS, MEMBERS,
         _l("%(shop)s berganti pemilik"),
         _l("Lihat siapa pemiliknya sekarang dan siapa yang bekerja di toko ini.")),
    Rule("assist.began", to.owners, T.SHOP, W.ALWAYS, HELP,
         _l("Petugas desa sekarang membantu %(shop)s"),
         _l("Setiap yang dikerjakan petugas tercatat. Anda bisa mengakhirinya kapan saja.")),
    Rule("assist.acted", to.owners, T.SHOP, W.QUIET, HELP,
         _l("Petugas desa bekerja untuk %(shop)s"),
         _l("Lihat apa yang dikerjakan atas nama Anda.")),
    Rule("assist.ended", to.owners, T.SHOP, W.ALWAYS, HELP,
         _l("Bantuan petugas untuk %(shop)s berakhir"),
         _l("Mulai sekarang hanya orang toko yang bisa mengubah toko ini.")),
    # Goods and permits.
    Rule("permit.expiring", to.members, T.GOODS, W.NORMAL, PERMITS,
         _l("Izin %(shop)s segera habis"),
         _l("Tinggal %(days)s hari. Perpanjang, supaya barang tetap tampil%(named)s")),
    Rule("permit.expired", to.members, T.GOODS, W.NORMAL, PERMITS,
         _l("Izin %(shop)s habis"),
         _l("Tanpa izin yang berlaku barang berhenti tampil%(named)s")),
    Rule("permit.missing", to.members, T.GOODS, W.NORMAL, PERMITS,
         _l("Barang %(shop)s perlu izin"),
         _l("Catat P-IRT atau izin BPOM-nya. Tetap tampil %(days)s hari lagi%(named)s")),
    Rule("permit.paused", to.members, T.GOODS, W.NORMAL, PERMITS,
         _l("Barang %(shop)s tidak tampil"),
         _l("Izinnya belum ada. Catat izinnya, lalu barang tampil lagi sendiri%(named)s")),
    Rule("permit.rejected", to.members, T.GOODS, W.NORMAL, PERMITS,
         _l("Izin %(shop)s belum bisa diterima"),
         _l("Lihat catatan petugas, lalu kirim lagi, supaya barang tetap tampil%(named)s")),
    Rule("stock.low", to.members, T.GOODS, W.NORMAL, STOCK,
         _l("%(goods)s tinggal %(left)s"),
         _l("Tambah stok di %(shop)s, supaya pembeli tidak kehabisan.")),
    Rule("stock.unconfirmed", to.members, T.GOODS, W.NORMAL, STOCK,
         _l("Stok %(shop)s masih benar?"),
         _l("Sudah %(days)s hari belum dipastikan. Satu ketukan “masih ada semua” sudah cukup.")),
    Rule("import.finished", to.members, T.GOODS, W.QUIET, "/penjual/produk/impor/%(import)s?toko=%(slug)s",
         _l("Impor barang %(shop)s selesai"),
         _l("Lihat mana yang masuk dan mana yang perlu diperbaiki.")),
    # Reviews.
    Rule("review.written", to.members, T.REVIEWS, W.NORMAL, SALE,
         _l("Ulasan baru untuk %(shop)s"),
         _l("Pembeli pesanan %(number)s menulis ulasan. Anda bisa membalasnya.")),
    Rule("review.answered", to.buyer, T.REVIEWS, W.NORMAL, ORDER,
         _l("%(shop)s membalas ulasan Anda"),
         _l("Baca balasannya di halaman pesanan %(order)s.")),
    Rule("review.hidden", to.buyer, T.REVIEWS, W.NORMAL, ORDER,
         _l("Ulasan Anda untuk %(shop)s disembunyikan"),
         _l("Petugas menilai ulasan ini tidak sesuai aturan.")),
)
# fmt: on
KINDS = frozenset(rule.kind for rule in RULES)
