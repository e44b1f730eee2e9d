"""Decides the sections and lines of the sheet: what is told, from where, and how a reader opens it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from flask_babel import gettext as _

from marketplace.indicators import queries, wording
from marketplace.indicators.declaring import OUTCOMES, OUTLETS, SALES, SNAPSHOTS
from marketplace.indicators.evidence import reads
from marketplace.indicators.evidence.reads import Goods
from marketplace.indicators.figures import Figure
from marketplace.indicators.inputs import idm, kinds, snapshots
from marketplace.indicators.inputs import queries as inputs
from marketplace.indicators.periods import Period, period
from marketplace.indicators.registry import INDICATORS
from marketplace.indicators.sums import ENOUGH_BUYERS, RINGS, Totals
from marketplace.kit.clock import day_wib
from marketplace.kit.csv_files import Cell
from marketplace.kit.money import rupiah
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers.models import KINDS as SHOP_KINDS
from marketplace.village_services import queries as services
from marketplace.village_services.models import KINDS as SERVICES

FILE_HEAD = ("bagian", "butir", "isi", "sumber", "alamat")
CODES = (
    "SE-01", "SE-04", "SE-06", "SE-07", "SE-07-H", "SE-08", "SE-09", "SE-12", "SE-13", "SE-16", "SE-17",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What is told, where it comes from, and the address at which it opens; `known`: it is not missing."""

    label: str
    value: str
    source: str
    href: str
    known: bool = True


@dataclass(frozen=True)
class Section:
    """Some lines under a heading."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Sheet:
    """The sheet of a village and year, told until a WIB day; `cutoff`: up to when the facts are complete."""

    village: Region
    year: int
    until: date
    cutoff: datetime
    sections: list[Section]


class _Writer:
    """Makes the lines of one village and year."""

    def __init__(self, village: Region, year: int, until: date, at: datetime) -> None:
        self.code, self.year, self.until = village.code, year, until
        self.period: Period = period(str(year))
        wanted = [INDICATORS[code] for code in CODES]
        found = queries.figures(village.code, VILLAGE, self.period, at=at, only=wanted)
        self.figures: dict[str, Figure] = {figure.code: figure for figure in found}
        sums = queries.totals(village.code, VILLAGE, [self.period])
        self.totals = sums.get((village.code, self.period.key), Totals())

    def figure(self, code: str) -> Line:
        """One indicator, opening at its own page."""
        figure = self.figures[code]
        main = figure.indicator.part_of or code
        href = f"/program/indikator/{main}?{urlencode({'wilayah': self.code, 'periode': self.period.key})}"
        source = f"{code}, {_sources()[figure.indicator.source]}"
        return Line(
            str(figure.indicator.name_id), wording.value(figure), source, href, figure.value is not None
        )

    def facts(self, label: str, value: str, *, code: str = "SE-01", known: bool = True) -> Line:
        """Something read from the facts, opening at the lines under an indicator."""
        asked = urlencode({"wilayah": self.code, "periode": self.period.key})
        href = f"/program/indikator/{code}/rincian?{asked}"
        return Line(label, value, _("Rincian penjualan %(year)s", year=self.year), href, known)

    def entered(self, label: str, kind: str, value: str, source: str, *, known: bool = True) -> Line:
        """Something that was entered, opening at all rows of its kind."""
        return Line(
            label, value, source, f"/program/masukan/{kinds.KINDS[kind].slug}/desa/{self.code}", known
        )


def sheet(village: Region, year: int, *, at: datetime) -> Sheet:
    """The sheet of a village for a year; of the running year up to yesterday's last facts."""
    until = min(date(year, 12, 31), day_wib(at))
    write = _Writer(village, year, until, at)
    makers = (
        (_("1. Kegiatan dan keragaman"), _activity),
        (_("2. Produk unggulan, merek, dan pasar"), _superior),
        (_("3. Produk kreatif"), _creative),
        (_("4. Pesanan bersama desa lain"), _shared),
        (_("5. Logistik"), _logistics),
        (_("6. Gerai dan lembaga ekonomi"), _outlets),
        (_("7. UMKM"), _businesses),
        (_("8. Pendapatan gerai"), _income),
        (_("9. Status desa menurut sumber resmi"), _statuses),
    )
    sections = [Section(str(title), list(make(write))) for title, make in makers]
    return Sheet(village, year, until, queries.cutoff(at), sections)


def file_rows(found: Sheet, base: str) -> Iterator[tuple[Cell, ...]]:
    """The sheet line by line, with whole addresses."""
    for section in found.sections:
        for line in section.lines:
            yield (section.title, line.label, line.value, line.source, f"{base}{line.href}")


def _activity(write: _Writer) -> Iterable[Line]:
    yield from (write.figure(code) for code in ("SE-01", "SE-04", "SE-06", "SE-07", "SE-07-H"))
    months = reads.months_with_sales(write.code, write.year)
    yield write.facts(_("Bulan dengan penjualan"), _("%(count)s bulan", count=months))
    for name, net in reads.categories(write.code, write.year):
        yield write.facts(_("Jenis barang: %(name)s", name=name), rupiah(net))


def _superior(write: _Writer) -> Iterable[Line]:
    yield write.figure("SE-08")
    yield from _goods(write, reads.superior(write.code, write.year), "SE-08")
    yield write.figure("SE-09")
    yield write.facts(_("Pembeli menurut jangkauan"), _by_ring(write.totals), code="SE-09")


def _creative(write: _Writer) -> Iterable[Line]:
    yield from _goods(write, reads.creative(write.code, write.year), "SE-01")


def _goods(write: _Writer, goods: list[Goods], code: str) -> Iterator[Line]:
    for each in goods:
        words = _(
            "%(net)s, %(orders)s pesanan, %(buyers)s pembeli, terjauh: %(ring)s",
            net=rupiah(each.net),
            orders=each.orders,
            buyers=each.buyers,
            ring=_rings()[each.ring],
        )
        brand = _("merek %(brand)s", brand=each.brand) if each.brand else _("tanpa merek")
        yield write.facts(f"{each.name} ({brand})", words, code=code)
    if not goods:
        yield write.facts(_("Produk"), _("tidak ada data"), code=code, known=False)


def _shared(write: _Writer) -> Iterable[Line]:
    count, villages = reads.shared_orders(write.code, write.year)
    yield write.facts(_("Pesanan selesai yang juga memuat barang desa lain"), wording.whole(count))
    if villages:
        yield write.facts(_("Desa lain itu"), "; ".join(villages))


def _logistics(write: _Writer) -> Iterable[Line]:
    yield from (write.figure(code) for code in ("SE-12", "SE-13"))
    for way, count in reads.ways(write.code, write.year):
        words = _("%(count)s pesanan", count=wording.whole(count))
        yield write.facts(wording.delivery(way), words, code="SE-12")


def _outlets(write: _Writer) -> Iterable[Line]:
    found = reads.outlets(write.code, write.until)
    for outlet in found:
        number = _("NIB %(number)s", number=outlet.number) if outlet.number else _("NIB belum diperiksa")
        label = f"{outlet.name} ({_(SHOP_KINDS[outlet.kind])})"
        source = _("Izin yang diperiksa gerai, keadaan hari ini")
        yield Line(label, number, source, f"/program/penjual?wilayah={write.code}", bool(outlet.number))
    if not found:
        source = _("Daftar toko, keadaan hari ini")
        href = f"/program/penjual?wilayah={write.code}"
        yield Line(_("Toko BUMDes atau koperasi"), _("tidak ada data"), source, href, known=False)
    yield from (write.figure(code) for code in ("SE-16", "SE-17"))
    yield _opening_days(write)


def _opening_days(write: _Writer) -> Line:
    label = _("Hari buka menurut catatan gerai")
    known = inputs.known(kinds.OUTLET_DAYS, write.until, [write.code]).get(write.code)
    months = {key: days for key, days in (known.value if known else {}).items() if key[:4] == str(write.year)}
    if known is None or not months:
        return write.entered(label, kinds.OUTLET_DAYS, _("belum tersedia"), _("Masukan data"), known=False)
    words = _("%(days)s hari dalam %(months)s bulan", days=sum(months.values()), months=len(months))
    return write.entered(label, kinds.OUTLET_DAYS, words, known.source)


def _businesses(write: _Writer) -> Iterable[Line]:
    snapshot = snapshots.at(write.until, [write.code]).get(write.code)
    href = f"/program/penjual?wilayah={write.code}"
    for label, count in (
        (_("Usaha terverifikasi"), snapshot.verified if snapshot else None),
        (_("Industri mikro (pengolahan, paling banyak 4 pekerja)"), snapshot.micro if snapshot else None),
    ):
        source = (
            _("Catatan harian %(day)s", day=wording.day(snapshot.day)) if snapshot else _("Catatan harian")
        )
        words = _("belum tersedia") if count is None else wording.whole(count)
        yield Line(label, words, source, href, count is not None)
    for kind, count in reads.kinds_of_shops(write.code):
        source = _("Daftar toko, keadaan hari ini")
        yield Line(str(_(SHOP_KINDS[kind])), wording.whole(count), source, href)


def _income(write: _Writer) -> Iterable[Line]:
    sold, there = reads.outlet_sales(write.code, write.year), reads.outlets(write.code, write.until)
    known = bool(sold or there)
    words = rupiah(sold) if known else _("tidak ada data")
    yield write.facts(_("Penjualan toko BUMDes dan koperasi"), words, known=known)
    fees = rupiah(reads.village_fees(write.code, write.year))
    yield write.facts(_("Bagian desa dari pesanan selesai"), fees)
    end = date(write.year + 1, 1, 1)
    found = services.by_region(write.code, len(write.code), date(write.year, 1, 1), end).get(write.code, {})
    for kind, sums in sorted(found.items()):
        label = _("Jasa layanan %(name)s", name=SERVICES[kind])
        words = _("%(fee)s dari %(count)s layanan", fee=rupiah(sums.fee), count=wording.whole(sums.count))
        source = _("Catatan layanan gerai, bukan penjualan produk")
        yield Line(label, words, source, f"/program/layanan?wilayah={write.code}")


def _statuses(write: _Writer) -> Iterable[Line]:
    lines = inputs.statuses(write.code, write.until)
    told = {
        index: "; ".join(f"{row.year}: {idm.CLASSES[row.status]}" for row in rows)
        for index, rows in lines.items()
    }
    for index, words in told.items():
        source = _("Masukan data, dengan sumbernya")
        yield write.entered(index, kinds.STATUS, words or _("belum tersedia"), source, known=bool(words))


def _by_ring(totals: Totals) -> str:
    """Buyers by ring, and the widest one that at least three of them reach."""
    counts = [(name, getattr(totals, f"buyers_{name}")) for name in RINGS]
    words = ", ".join(f"{_rings()[name]} {wording.whole(count)}" for name, count in counts)
    reached = [name for name, count in counts if count >= ENOUGH_BUYERS]
    widest = _rings()[reached[-1]] if reached else _("belum ada")
    return str(_("%(words)s; terluas dengan 3 pembeli atau lebih: %(widest)s", words=words, widest=widest))


def _sources() -> dict[str, str]:
    return {
        SALES: str(_("penjualan yang selesai")),
        OUTCOMES: str(_("akhir setiap pesanan")),
        SNAPSHOTS: str(_("catatan harian")),
        OUTLETS: str(_("catatan gerai")),
    }


def _rings() -> dict[str, str]:
    words = (_("desa sendiri"), _("kecamatan"), _("kabupaten/kota"), _("provinsi"), _("luar provinsi"))
    return dict(zip(RINGS, (str(word) for word in words), strict=True))
