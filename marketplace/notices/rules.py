"""Decides which events people are told, whom, how weighty it is, and in which words: one table, a row each.

The places in the words (`%(shop)s`) are filled by `facts.py`. A kind that nobody announces does no harm. Of
several rows that reach the same person for one event, they read the first.
"""

from collections.abc import Callable, Iterable
from enum import Enum, StrEnum
from typing import NamedTuple

from marketplace.kit.texts import noted
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
    title: str
    body: str


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
         noted("Pesanan baru %(number)s"),
         noted("%(total)s menunggu jawaban %(shop)s. "
               "Jawab sebelum %(deadline)s, supaya tidak batal sendiri.")),
    Rule("seller_order.deadline_near", to.members, T.ORDERS, W.NORMAL, SALE,
         noted("Waktu pesanan %(number)s hampir habis"),
         noted("Kerjakan sebelum %(deadline)s. Setelah itu pesanan batal sendiri.")),
    Rule("seller_order.cancelled", to.knowing_members, T.ORDERS, W.NORMAL, SALE,
         noted("Pesanan %(number)s dibatalkan"),
         noted("Pesanan di %(shop)s batal sebelum Anda terima. Barangnya sudah kembali ke stok.")),
    Rule("seller_order.lapsed", to.members, T.ORDERS, W.NORMAL, SALE,
         noted("Pesanan %(number)s terlewat"),
         noted("Batas waktunya habis, jadi pesanan batal dan barangnya kembali ke stok.")),
    Rule("seller_order.disputed", to.members, T.ORDERS, W.NORMAL, SALE,
         noted("Ada komplain di pesanan %(number)s"),
         noted("Pembeli belum puas. Baca ceritanya dan selesaikan bersama.")),
    Rule("seller_order.disputed", to.operators, T.ORDERS, W.NORMAL, "/gerai/komplain",
         noted("Komplain untuk toko %(shop)s"),
         noted("Pesanan %(number)s dikomplain pembeli dan menunggu putusan.")),
    Rule("seller_order.completed", to.members, T.ORDERS, W.QUIET, SALE,
         noted("Pesanan %(number)s selesai"),
         noted("Penjualan %(total)s sudah tercatat.")),
    # Orders, as their buyer hears of them.
    Rule("seller_order.accepted", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("%(shop)s menerima pesanan Anda"),
         noted("Pesanan %(order)s sedang disiapkan.")),
    Rule("seller_order.shipped", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("Pesanan dari %(shop)s dikirim"),
         noted("Pesanan %(order)s dalam perjalanan.%(parcel)s")),
    Rule("seller_order.ready_for_pickup", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("Pesanan dari %(shop)s siap diambil"),
         noted("Ambil pesanan %(order)s sebelum %(deadline)s.")),
    Rule("seller_order.delivered", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("Pesanan dari %(shop)s sudah sampai"),
         noted("Periksa barangnya, lalu tekan “Pesanan sudah saya terima” atau ceritakan masalahnya.")),
    Rule("seller_order.delivery_failed", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("Pesanan dari %(shop)s belum sampai"),
         noted("Pengantaran pesanan %(order)s gagal. Hubungi penjual untuk mengatur ulang.")),
    Rule("seller_order.declined", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("%(shop)s tidak bisa memenuhi pesanan Anda"),
         noted("Alasan penjual ada di halaman pesanan %(order)s. Uang yang sudah masuk dikembalikan.")),
    Rule("seller_order.lapsed", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("%(shop)s tidak memenuhi pesanan tepat waktu"),
         noted("Pesanan %(order)s di toko ini batal. Uang yang sudah masuk dikembalikan.")),
    Rule("seller_order.cancelled_by_seller", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("%(shop)s membatalkan pesanan Anda"),
         noted("Alasan penjual ada di halaman pesanan %(order)s. Uang yang sudah masuk dikembalikan.")),
    Rule("seller_order.returned", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("Pesanan dari %(shop)s dikembalikan"),
         noted("Barang dari pesanan %(order)s kembali ke penjual.")),
    Rule("seller_order.expired", to.buyer, T.ORDERS, W.NORMAL, ORDER,
         noted("Waktu bayar pesanan %(order)s habis"),
         noted("Pesanan di %(shop)s batal karena pembayarannya belum masuk.")),
    # Money.
    Rule("payment.proof_sent", to.receivers, T.MONEY, W.NORMAL, "%(proof)s",
         noted("Bukti bayar untuk pesanan %(number)s"),
         noted("Pembeli mengirim bukti bayar %(total)s ke %(shop)s. Cocokkan dengan uang yang masuk.")),
    Rule("payment.reminder", to.buyer, T.MONEY, W.NORMAL, ORDER,
         noted("Pesanan %(order)s belum dibayar"),
         noted("Bayar %(total)s untuk %(shop)s sebelum %(deadline)s, supaya tidak batal.")),
    Rule("seller_order.refunded", to.buyer, T.MONEY, W.ALWAYS, ORDER,
         noted("%(amount)s akan kembali kepada Anda"),
         noted("%(shop)s mengembalikan uang pesanan %(order)s. Jalannya ada di halaman pesanan.")),
    Rule("refund.succeeded", to.buyer, T.MONEY, W.ALWAYS, ORDER,
         noted("%(amount)s sudah dikirim kembali"),
         noted("Uang pesanan %(order)s dari %(shop)s dalam perjalanan ke Anda.")),
    Rule("refund.returned", to.buyer, T.MONEY, W.ALWAYS, ORDER,
         noted("%(amount)s belum sampai kepada Anda"),
         noted("Bank mengembalikan uang pesanan %(order)s. Tulis rekening Anda di halaman pesanan.")),
    Rule("refund.returned", to.finance, T.MONEY, W.NORMAL, "/admin/pengembalian-dana",
         noted("Dana kembali %(amount)s gagal sampai"),
         noted("Uang pesanan %(number)s kembali ke penyedia. Kirim lewat bank.")),
    Rule("dispute.opened", to.members, T.MONEY, W.ALWAYS, SALE,
         noted("Pembayaran pesanan %(number)s disengketakan"),
         noted("Bank pembayar menariknya. Bagian %(shop)s ditahan sampai sengketa selesai.")),
    Rule("dispute.opened", to.operators, T.MONEY, W.NORMAL, "/gerai/saldo",
         noted("Pembayaran untuk toko %(shop)s disengketakan"),
         noted("Bank pembayar menarik uang pesanan %(number)s.")),
    Rule("dispute.opened", to.finance, T.MONEY, W.NORMAL, "/admin/dana-ditarik?semua=1",
         noted("Sengketa untuk pesanan %(number)s"),
         noted("Jawab di dasbor penyedia. Uangnya dibukukan sebagai ditahan.")),
    Rule("dispute.won", to.members, T.MONEY, W.NORMAL, SALE,
         noted("Sengketa pesanan %(number)s selesai"),
         noted("Uangnya tetap milik penjualan ini. Bagian %(shop)s bisa dicairkan lagi.")),
    Rule("dispute.won", to.finance, T.MONEY, W.QUIET, "/admin/dana-ditarik?semua=1",
         noted("Sengketa pesanan %(number)s menang"),
         noted("Penyedia mengembalikan uangnya.")),
    Rule("dispute.lost", to.members, T.MONEY, W.ALWAYS, SALE,
         noted("Sengketa pesanan %(number)s kalah"),
         noted("Uangnya kembali kepada pembeli. Rinciannya ada di pengembalian dana pesanan ini.")),
    Rule("dispute.lost", to.operators, T.MONEY, W.NORMAL, "/gerai/saldo",
         noted("Toko %(shop)s kalah sengketa"),
         noted("Uang pesanan %(number)s kembali kepada pembeli.")),
    Rule("dispute.lost", to.finance, T.MONEY, W.NORMAL, "/admin/dana-ditarik",
         noted("Sengketa pesanan %(number)s kalah"),
         noted("Periksa apakah uangnya sudah ditempatkan.")),
    Rule("clawback.waiting", to.finance, T.MONEY, W.NORMAL, "/admin/dana-ditarik",
         noted("%(amount)s ditarik penyedia"),
         noted("Belum jelas untuk apa dari pesanan %(order)s. Putuskan di daftar dana ditarik.")),
    Rule("clawback.placed", to.members, T.MONEY, W.ALWAYS, SALE,
         noted("%(amount)s dari pesanan %(number)s kembali kepada pembeli"),
         noted("Penyedia pembayaran mengirimnya kembali. Lihat pesanannya sebelum menyerahkan barang.")),
    Rule("payout.sent", to.payees, T.MONEY, W.QUIET, "%(page)s",
         noted("Pencairan %(total)s dikirim ke bank"),
         noted("Pencairan %(number)s untuk %(shop)s menuju rekening %(bank)s.")),
    Rule("payout.confirmed", to.payees, T.MONEY, W.NORMAL, "%(page)s",
         noted("Pencairan %(total)s sudah masuk"),
         noted("Bank sudah mengirim pencairan %(number)s ke rekening %(bank)s untuk %(shop)s.")),
    Rule("payout.failed", to.payees, T.MONEY, W.ALWAYS, "%(page)s",
         noted("Pencairan %(total)s gagal"),
         noted("Bank menolak pencairan %(number)s untuk %(shop)s. Periksa rekening %(bank)s.")),
    # The shop itself.
    Rule("shop.applied", to.operators, T.SHOP, W.NORMAL, "/gerai/toko",
         noted("Toko baru menunggu: %(shop)s"),
         noted("Periksa pendaftarannya, supaya bisa mulai berjualan.")),
    Rule("shop.verified", to.members, T.SHOP, W.NORMAL, SHOP,
         noted("%(shop)s sudah bisa berjualan"),
         noted("Desa sudah memeriksa toko ini. Barang yang Anda pasang sekarang terlihat pembeli.")),
    Rule("shop.returned", to.members, T.SHOP, W.NORMAL, SHOP,
         noted("Pendaftaran %(shop)s perlu dilengkapi"),
         noted("Lengkapi, lalu kirim lagi.%(why)s")),
    Rule("shop.suspended", to.members, T.SHOP, W.ALWAYS, SHOP,
         noted("%(shop)s ditutup sementara"),
         noted("Barang tidak tampil untuk sementara; pesanan yang sudah masuk tetap dipenuhi.%(why)s")),
    Rule("shop.reopened", to.members, T.SHOP, W.ALWAYS, SHOP,
         noted("%(shop)s dibuka lagi"),
         noted("Barang toko ini tampil lagi untuk pembeli.")),
    Rule("shop.member_joined", to.named_person, T.SHOP, W.NORMAL, SHOP,
         noted("Anda sekarang bekerja di %(shop)s"),
         noted("Pesanan dan barang toko ini ada di “Toko saya”.")),
    Rule("shop.member_joined", to.owners, T.SHOP, W.NORMAL, MEMBERS,
         noted("Ada orang baru di %(shop)s"),
         noted("Lihat siapa saja yang bekerja di toko ini.")),
    Rule("shop.handed_over", to.members, T.SHOP, W.ALWAYS, MEMBERS,
         noted("%(shop)s berganti pemilik"),
         noted("Lihat siapa pemiliknya sekarang dan siapa yang bekerja di toko ini.")),
    Rule("assist.began", to.owners, T.SHOP, W.ALWAYS, HELP,
         noted("Petugas desa sekarang membantu %(shop)s"),
         noted("Setiap yang dikerjakan petugas tercatat. Anda bisa mengakhirinya kapan saja.")),
    Rule("assist.acted", to.owners, T.SHOP, W.QUIET, HELP,
         noted("Petugas desa bekerja untuk %(shop)s"),
         noted("Lihat apa yang dikerjakan atas nama Anda.")),
    Rule("assist.ended", to.owners, T.SHOP, W.ALWAYS, HELP,
         noted("Bantuan petugas untuk %(shop)s berakhir"),
         noted("Mulai sekarang hanya orang toko yang bisa mengubah toko ini.")),
    # Goods and permits.
    Rule("permit.expiring", to.members, T.GOODS, W.NORMAL, PERMITS,
         noted("Izin %(shop)s segera habis"),
         noted("Tinggal %(days)s hari. Perpanjang, supaya barang tetap tampil%(named)s")),
    Rule("permit.expired", to.members, T.GOODS, W.NORMAL, PERMITS,
         noted("Izin %(shop)s habis"),
         noted("Tanpa izin yang berlaku barang berhenti tampil%(named)s")),
    Rule("permit.missing", to.members, T.GOODS, W.NORMAL, PERMITS,
         noted("Barang %(shop)s perlu izin"),
         noted("Catat P-IRT atau izin BPOM-nya. Tetap tampil %(days)s hari lagi%(named)s")),
    Rule("permit.paused", to.members, T.GOODS, W.NORMAL, PERMITS,
         noted("Barang %(shop)s tidak tampil"),
         noted("Izinnya belum ada. Catat izinnya, lalu barang tampil lagi sendiri%(named)s")),
    Rule("permit.rejected", to.members, T.GOODS, W.NORMAL, PERMITS,
         noted("Izin %(shop)s belum bisa diterima"),
         noted("Lihat catatan petugas, lalu kirim lagi, supaya barang tetap tampil%(named)s")),
    Rule("stock.low", to.members, T.GOODS, W.NORMAL, STOCK,
         noted("%(goods)s tinggal %(left)s"),
         noted("Tambah stok di %(shop)s, supaya pembeli tidak kehabisan.")),
    Rule("stock.unconfirmed", to.members, T.GOODS, W.NORMAL, STOCK,
         noted("Stok %(shop)s masih benar?"),
         noted("Sudah %(days)s hari belum dipastikan. Satu ketukan “masih ada semua” sudah cukup.")),
    Rule("import.finished", to.members, T.GOODS, W.QUIET, "/penjual/produk/impor/%(import)s?toko=%(slug)s",
         noted("Impor barang %(shop)s selesai"),
         noted("Lihat mana yang masuk dan mana yang perlu diperbaiki.")),
    # Reviews.
    Rule("review.written", to.members, T.REVIEWS, W.NORMAL, SALE,
         noted("Ulasan baru untuk %(shop)s"),
         noted("Pembeli pesanan %(number)s menulis ulasan. Anda bisa membalasnya.")),
    Rule("review.answered", to.buyer, T.REVIEWS, W.NORMAL, ORDER,
         noted("%(shop)s membalas ulasan Anda"),
         noted("Baca balasannya di halaman pesanan %(order)s.")),
    Rule("review.hidden", to.buyer, T.REVIEWS, W.NORMAL, ORDER,
         noted("Ulasan Anda untuk %(shop)s disembunyikan"),
         noted("Petugas menilai ulasan ini tidak sesuai aturan.")),
)
# fmt: on
KINDS = frozenset(rule.kind for rule in RULES)
