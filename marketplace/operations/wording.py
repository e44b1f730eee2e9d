"""Decides how proofs, accounts and postings are put into words for the people who keep the books."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.kit.clock import WIB
from marketplace.kit.languages import chosen
from marketplace.kit.money import rupiah
from marketplace.ledger import accounts
from marketplace.orders.states import LABELS
from marketplace.payments import parked as parked_money
from marketplace.payments.models import BY_PROVIDERS_WORD, BY_SELLERS_WORD, COUNTED, NOT_OURS, RETURNED

PROOFS = {
    "stok": lazy_gettext("Stok di rak sama dengan barang yang masuk dikurangi yang keluar dan dipesan."),
    "jumlah": lazy_gettext(
        "Baris, pesanan per penjual, dan total pesanan berjumlah sama; biaya sesuai tarif."
    ),
    "riwayat": lazy_gettext("Status setiap pesanan sama dengan langkah terakhirnya, tanpa langkah terlewat."),
    "bagian": lazy_gettext("Bagian setiap penjual berjumlah sama dengan pembayaran dan kata penyedia."),
    "kembali": lazy_gettext(
        "Dana kembali sama dengan barisnya dan tidak pernah melebihi yang dijual dan dibayar."
    ),
    "penarikan": lazy_gettext(
        "Uang yang ditarik penyedia sendiri sama dengan dana kembali, kerugian, dan yang masih menunggu."
    ),
    "bukubesar": lazy_gettext(
        "Setiap catatan seimbang, sesuai asalnya, dan dana titipan sama dengan pesanan terbuka."
    ),
    "pencairan": lazy_gettext(
        "Setiap pencairan sama dengan catatan di dalamnya; tidak ada catatan yang dicairkan dua kali."
    ),
    "nota": lazy_gettext("Setiap pesanan yang dikemas punya satu nota bernomor urut; koreksinya sesuai."),
    "penilaian": lazy_gettext(
        "Bintang dan angka jawaban yang dibaca pembeli sama dengan ulasan dan pesanan di baliknya."
    ),
    "fakta": lazy_gettext(
        "Angka penjualan untuk indikator sama dengan baris selesai dikurangi dana kembali."
    ),
    "terbitan": lazy_gettext("Setiap angka yang sudah dikunci masih sama dengan saat dikunci."),
    "akhir": lazy_gettext("Cara setiap pesanan berakhir sama dengan langkah-langkahnya."),
    "angka": lazy_gettext("Angka setiap wilayah dan bulan sama dengan hitungan ulang dari penjualannya."),
    "antrean": lazy_gettext("Setiap kabar dari pesanan sudah sampai ke semua bagian yang menunggunya."),
    "indeks": lazy_gettext("Daftar pencarian sama dengan produk yang dijual."),
}
TITLES = {
    "stok": lazy_gettext("Stok"),
    "jumlah": lazy_gettext("Jumlah"),
    "riwayat": lazy_gettext("Riwayat"),
    "bagian": lazy_gettext("Bagian penjual"),
    "kembali": lazy_gettext("Dana kembali"),
    "penarikan": lazy_gettext("Penarikan penyedia"),
    "bukubesar": lazy_gettext("Buku besar"),
    "pencairan": lazy_gettext("Pencairan"),
    "nota": lazy_gettext("Nota"),
    "penilaian": lazy_gettext("Penilaian"),
    "fakta": lazy_gettext("Fakta penjualan"),
    "terbitan": lazy_gettext("Terbitan"),
    "akhir": lazy_gettext("Akhir pesanan"),
    "angka": lazy_gettext("Angka wilayah"),
    "antrean": lazy_gettext("Antrean"),
    "indeks": lazy_gettext("Pencarian"),
}
KINDS = {
    "payment": lazy_gettext("Uang masuk"),
    "sale": lazy_gettext("Penjualan selesai"),
    "refund-owed": lazy_gettext("Dana wajib kembali"),
    "refund-sent": lazy_gettext("Dana dikembalikan"),
    "payout": lazy_gettext("Pencairan disiapkan"),
    "payout-rejected": lazy_gettext("Pencairan dibatalkan"),
    "payout-confirmed": lazy_gettext("Pencairan diterima"),
    "settlement": lazy_gettext("Dana masuk ke bank"),
    "clawback": lazy_gettext("Ditarik penyedia"),
    "clawback-lost": lazy_gettext("Kerugian dari penarikan"),
    "dispute-fee": lazy_gettext("Biaya sengketa ditanggung toko"),
    "refund-returned": lazy_gettext("Dana kembali gagal sampai"),
    parked_money.POSTING: lazy_gettext("Dana tertahan dikembalikan dari bank"),
}
DECISIONS = {
    RETURNED: lazy_gettext("Sudah dikembalikan kepada pembayar"),
    COUNTED: lazy_gettext("Dihitung sebagai pembayaran pesanan"),
    NOT_OURS: lazy_gettext("Bukan uang kami, atau salah catat"),
}
CLAWBACKS = {
    ("refund", "open"): lazy_gettext("Belum dikirim"),
    ("refund", "final"): lazy_gettext("Dikembalikan dari dasbor"),
    ("refund", "over"): lazy_gettext("Gagal dikembalikan"),
    ("dispute", "open"): lazy_gettext("Sengketa berjalan"),
    ("dispute", "final"): lazy_gettext("Sengketa kalah"),
    ("dispute", "over"): lazy_gettext("Sengketa selesai"),
}
PROVIDERS = {
    "stripe": lazy_gettext("Stripe"),
    "midtrans": lazy_gettext("Midtrans"),
    "cod": lazy_gettext("Tunai di tempat"),
    "ambil": lazy_gettext("Tunai saat diambil"),
    "transfer": lazy_gettext("Transfer ke penjual"),
    "qris": lazy_gettext("QRIS penjual"),
}
ATTEMPTS = {
    "created": lazy_gettext("Baru dibuat"),
    "pending": lazy_gettext("Menunggu"),
    "paid": lazy_gettext("Dibayar"),
    "failed": lazy_gettext("Gagal"),
    "expired": lazy_gettext("Kedaluwarsa"),
    "cancelled": lazy_gettext("Dibatalkan"),
    "paid_late": lazy_gettext("Dibayar terlambat"),
}
REFUNDS = {
    "due": lazy_gettext("Belum dikirim"),
    "requested": lazy_gettext("Sedang dikirim"),
    "succeeded": lazy_gettext("Sudah kembali"),
    "failed": lazy_gettext("Gagal dikirim"),
}
WAYS = {
    "provider": lazy_gettext("Lewat penyedia"),
    "bank": lazy_gettext("Transfer bank"),
    "seller": lazy_gettext("Oleh penjual"),
}
REASONS = {
    "late": lazy_gettext("Uang datang terlambat, barang sudah habis"),
    "undelivered": lazy_gettext("Pesanan berakhir tanpa pengiriman"),
}


def proof_title(name: str) -> str:
    """The name of a proof."""
    return str(TITLES.get(name, name))


def proof_claim(name: str) -> str:
    """What a proof shows, in plain words."""
    return str(PROOFS.get(name, ""))


def kind(code: str) -> str:
    """What a posting is about."""
    return str(KINDS.get(code, code))


def provider(code: str) -> str:
    """Who received the money."""
    return str(PROVIDERS.get(code, code))


def attempt(status: str) -> str:
    """How a try to pay stands."""
    return str(ATTEMPTS.get(status, status))


def refund(status: str) -> str:
    """How a refund stands."""
    return str(REFUNDS.get(status, status))


def refund_way(code: str) -> str:
    """Who sends the money back."""
    return str(WAYS.get(code, code))


def refund_reason(code: str) -> str:
    """Why money has to go back."""
    if code.startswith(BY_SELLERS_WORD):
        return str(_("Pengembalian dari penjual (%(number)s)", number=code.removeprefix(BY_SELLERS_WORD)))
    if code.startswith(BY_PROVIDERS_WORD):
        return str(_("Ditarik penyedia (%(number)s)", number=code.removeprefix(BY_PROVIDERS_WORD)))
    return str(REASONS.get(code, code))


def seller_order(status: str) -> str:
    """How a seller order stands."""
    return str(_(LABELS[status])) if status in LABELS else status


def account(name: str) -> str:
    """What an account of the ledger holds; shops appear by their number."""
    if name.startswith(accounts.clearing("")):
        return str(_("Uang di %(provider)s", provider=provider(name.rpartition(":")[2])))
    if name.startswith("seller:payable:"):
        return str(_("Hak toko %(shop)s", shop=name.rpartition(":")[2]))
    if name.startswith("seller:receivable:"):
        return str(_("Utang toko %(shop)s", shop=name.rpartition(":")[2]))
    if name.startswith(accounts.village_payable("")):
        return str(_("Hak desa %(village)s", village=name.rpartition(":")[2]))
    if name.startswith(accounts.village_receivable("")):
        return str(_("Utang desa %(village)s", village=name.rpartition(":")[2]))
    named = {
        accounts.BANK: _("Uang di bank"),
        accounts.PAYOUTS: _("Pencairan dalam perjalanan"),
        accounts.PROVIDER_FEES: _("Biaya penyedia pembayaran"),
        accounts.DISPUTED: _("Ditahan karena sengketa"),
        accounts.UNCLEAR: _("Belum jelas: ditarik penyedia"),
        accounts.LOSSES: _("Kerugian DesaMart"),
        accounts.ESCROW: _("Dana titipan pembeli"),
        accounts.FEES: _("Biaya untuk DesaMart"),
        accounts.BUYER_REFUNDS: _("Dana wajib kembali"),
        accounts.BANK: _("Rekening bank DesaMart"),
    }
    return str(named.get(name, name))


def parked(why: str) -> str:
    """Why a provider's word was set aside."""
    if why == "unknown reference":
        return str(_("Tidak ada pembayaran dengan nama ini"))
    return str(_("Jumlah atau mata uang lain dari yang diminta")) if why.startswith("asked ") else why


def decision(outcome: str) -> str:
    """What a person decided about money that did not fit."""
    return str(DECISIONS.get(outcome, outcome))


def clawback(kind: str, standing: str) -> str:
    """How a refund or a dispute stands that a provider told of."""
    return str(CLAWBACKS[(kind, standing)])


def sum_of(amount: int | None, currency: str | None) -> str:
    """An amount of any currency; a dash for none."""
    if amount is None or currency is None:
        return "-"
    return rupiah(amount) if currency == "IDR" else f"{currency} {amount}"


def day(value: date) -> str:
    """A day with its weekday: `Sen, 2 Nov 2026`."""
    return format_date(value, "EEE, d MMM y", locale=chosen())


def moment(at: datetime) -> str:
    """A moment in WIB: `2 Nov 2026 14.05`."""
    return format_datetime(at.astimezone(WIB), "d MMM y HH.mm", locale=chosen())
