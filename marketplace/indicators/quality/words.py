"""Decides how findings are put into words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.indicators.periods import month
from marketplace.indicators.quality import looking, twins
from marketplace.indicators.quality.models import EXCLUDED, FINE, GONE, MENDED, Finding
from marketplace.kit.money import rupiah

KINDS = {
    looking.TEST: _l("Pesanan percobaan"),
    looking.SELF: _l("Membeli dari toko sendiri"),
    looking.ORDER: _l("Penjualan luar biasa besar"),
    looking.MONTH: _l("Bulan yang luar biasa"),
    looking.DUPLICATE: _l("Toko ganda"),
    looking.STALE: _l("Toko yang tidak diperbarui"),
    looking.ANSWERS: _l("Toko belum lengkap"),
    looking.INPUTS: _l("Data desa belum lengkap"),
}
OUTCOMES = {
    FINE: _l("Sudah diperiksa, memang benar"),
    MENDED: _l("Sudah diperbaiki"),
    EXCLUDED: _l("Dikeluarkan dari angka"),
    GONE: _l("Tidak ditemukan lagi"),
}
SAME = {
    twins.PHONE: _l("nomor telepon"),
    twins.ACCOUNT: _l("rekening atau QRIS"),
    twins.NAME: _l("nama"),
}
MISSING = {
    "households": _l("jumlah keluarga"),
    "status": _l("status desa"),
    "focus": _l("kategori fokus"),
    "sector": _l("bidang usaha"),
    "workers": _l("banyak pekerja"),
    "woman_led": _l("dipimpin perempuan atau bukan"),
}


def about(found: Finding) -> str:
    """One sentence about what was found."""
    told = found.detail
    if found.kind in looking.SALES:
        return str(_SALES[found.kind]) % {
            "order": f"O-{found.seller_order_id}",
            "shop": told["shop"],
            "amount": rupiah(told["rupiah"]),
        }
    if found.kind == looking.MONTH:
        return str(
            _(
                "Omzet %(month)s %(amount)s, jauh dari bulan-bulan sebelumnya.",
                month=month(told["month"]).label,
                amount=rupiah(told["net"]),
            )
        )
    if found.kind == looking.DUPLICATE:
        return _twins(told)
    if found.kind == looking.STALE:
        return str(
            _(
                "%(shop)s: %(goods)s barang, tidak satu pun stoknya dipastikan.",
                shop=told["shop"],
                goods=told["goods"],
            )
        )
    missing = ", ".join(str(MISSING[name]) for name in told["missing"])
    if found.kind == looking.ANSWERS:
        return str(_("%(shop)s belum menjawab: %(missing)s.", shop=told["shop"], missing=missing))
    return str(_("Belum ada: %(missing)s.", missing=missing))


def _twins(told: dict[str, Any]) -> str:
    first, second = told["shops"]
    if told["same"] == twins.SIMILAR:
        return str(_("%(first)s dan %(second)s punya nama yang hampir sama.", first=first, second=second))
    same = SAME[told["same"]]
    return str(_("%(first)s dan %(second)s punya %(same)s yang sama.", first=first, second=second, same=same))


_SALES = {
    looking.TEST: _l("%(order)s dari %(shop)s, %(amount)s: ada kata seperti “tes” pada pesanannya."),
    looking.SELF: _l("%(order)s dari %(shop)s, %(amount)s: pembelinya tampaknya orang toko itu sendiri."),
    looking.ORDER: _l("%(order)s dari %(shop)s, %(amount)s: jauh di atas penjualan lain."),
}
