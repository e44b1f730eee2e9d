"""Decides what lies under the sums that are not sales: what is known of villages, since when, from whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.beneath import standing
from marketplace.indicators.beneath.shape import DAY, NUMBER, RUPIAH, Column, Question, Value
from marketplace.indicators.models import SaleFact
from marketplace.regions.models import VILLAGE, Region

COUNTS = ("verified", "micro", "active_products", "fresh_products")


@dataclass(frozen=True)
class Village:
    """One village under a figure: names, sums by their names, and where they come from."""

    code: str
    name: str
    sums: Mapping[str, int]
    source: str = ""
    as_of: date | None = None
    counted_on: date | None = None


@dataclass(frozen=True)
class Villages:
    """The view of villages: only those of which one of the figure's sums is known."""

    word: str = "desa"
    name: str = _("Desa dan kelurahan")
    columns: Sequence[Column] = (
        Column("kode_desa", _("Desa")),
        Column("desa", _("Nama"), note=True),
        Column("nilai_bersih", _("Nilai bersih"), RUPIAH),
        Column("keluarga", _("Keluarga"), NUMBER),
        Column("sumber", _("Sumber jumlah keluarga")),
        Column("per_tanggal", _("Per tanggal"), DAY, note=True),
        Column("usaha_terverifikasi", _("Usaha terverifikasi"), NUMBER),
        Column("industri_mikro", _("Industri mikro"), NUMBER),
        Column("produk_aktif", _("Produk aktif"), NUMBER),
        Column("produk_segar", _("Produk segar"), NUMBER),
        Column("dicatat_pada", _("Dicatat pada"), DAY),
        Column("hari_gerai", _("Hari gerai"), NUMBER),
        Column("hari_kalender", _("Hari kalender"), NUMBER),
    )

    def counts(self, name: str) -> bool:
        """Whether the sum is counted from villages."""
        return name in SUMS

    def adds(self, name: str) -> bool:
        """Every one of them is added."""
        return name in SUMS

    def amount(self, name: str, asked: Question) -> int:
        """The sum over the villages."""
        return sum(village.sums.get(name, 0) for village in _villages(asked))

    def size(self, asked: Question) -> int:
        """How many villages there are to be shown."""
        return len(_shown(asked))

    def rows(self, asked: Question, *, skip: int = 0, most: int | None = None) -> Iterator[tuple[Value, ...]]:
        """The villages in the order of their codes, and what each adds."""
        until = None if most is None else skip + most
        for village in _shown(asked)[skip:until]:
            known = village.sums
            shown = ("net", "households", *COUNTS, "outlet_days", "outlet_calendar")
            net, households, verified, micro, active, fresh, days, calendar = (
                known.get(each) for each in shown
            )
            yield (
                *(
                    village.code,
                    village.name,
                    net,
                    households,
                    village.source,
                    village.as_of,
                    verified,
                    micro,
                ),
                *(active, fresh, village.counted_on, days, calendar),
                *(known.get(name, 0) for name in asked.added if self.adds(name)),
            )


SUMS = (
    *("households", "households_net", "known_households", "micro_households", *COUNTS),
    *("outlet_days", "outlet_calendar"),
)
VILLAGES = Villages()


def _shown(asked: Question) -> list[Village]:
    return [village for village in _villages(asked) if any(name in village.sums for name in asked.names)]


def _villages(asked: Question) -> list[Village]:
    """Every village of the region with what is known of it at the end of its last month with any data."""
    regions = db.session.execute(
        select(Region.code, Region.name)
        .where(Region.level == VILLAGE, func.substr(Region.code, 1, len(asked.scope)) == asked.scope)
        .order_by(Region.code)
    ).all()
    months, nets = standing.months_with_data(asked), _nets(asked)
    days = standing.outlet_days(asked, months)
    last = {code: max(some) for code, some in months.items()}
    seen, told = standing.last_seen(asked, last), standing.households(asked, last)
    found = []
    for region in regions:
        code = region.code
        sums: dict[str, int] = {"net": nets[code]} if code in nets else {}
        if code in told:
            many = told[code].value
            sums |= {"households": many, "known_households": 1, "households_net": nets.get(code, 0)}
        if code in seen:
            sums |= {name: getattr(seen[code], name) for name in COUNTS if name != "micro"}
        if code in seen and code in told:
            sums |= {"micro": seen[code].micro, "micro_households": sums["households"]}
        if code in days:
            sums["outlet_days"], sums["outlet_calendar"] = days[code]
        source, as_of = (told[code].source, told[code].as_of) if code in told else ("", None)
        day = seen[code].day if code in seen else None
        found.append(Village(code, region.name, sums, source, as_of, day))
    return found


def _nets(asked: Question) -> dict[str, int]:
    rows = db.session.execute(
        select(SaleFact.village_code, func.sum(SaleFact.net).label("net"))
        .where(asked.inside(SaleFact.village_code, SaleFact.month))
        .group_by(SaleFact.village_code)
    )
    return {row.village_code: int(row.net) for row in rows}
