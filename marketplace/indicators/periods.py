"""Decides what a period is: a month `2026-10`, a quarter `2026-Q4` or a year `2026`, in WIB."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from marketplace.kit.clock import previous_month
from marketplace.kit.texts import noted

MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
FIRST_YEAR, LAST_YEAR = 2020, 2099
NAMES = (
    *(noted("Januari"), noted("Februari"), noted("Maret"), noted("April"), noted("Mei"), noted("Juni")),
    *(noted("Juli"), noted("Agustus"), noted("September")),
    *(noted("Oktober"), noted("November"), noted("Desember")),
)
_SHAPE = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A stretch of whole months: `first` and `last` are months such as `2026-10`, both inside."""

    key: str
    kind: str
    first: str
    last: str

    @property
    def label(self) -> str:
        """What people call it: `Oktober 2026`, `Triwulan IV 2026`, `2026`."""
        if self.kind == MONTH:
            return f"{self._month} {self._year}"
        if self.kind == YEAR:
            return self._year
        return str(_("Triwulan %(number)s %(year)s", number=self._quarter, year=self._year))

    @property
    def short(self) -> str:
        """The label for narrow places: `Okt 2026`, `Tw IV 2026`."""
        if self.kind == MONTH:
            return f"{self._month[:3]} {self._year}"
        if self.kind == YEAR:
            return self._year
        return str(_("Tw %(number)s %(year)s", number=self._quarter, year=self._year))

    @property
    def _year(self) -> str:
        return self.first[:4]

    @property
    def _month(self) -> str:
        return str(_(NAMES[int(self.first[5:]) - 1]))

    @property
    def _quarter(self) -> str:
        return ("I", "II", "III", "IV")[int(self.first[5:]) // 3]

    @property
    def last_day(self) -> date:
        """The last day of its last month."""
        year, number = (int(part) for part in self.last.split("-"))
        return date(year, number, monthrange(year, number)[1])

    def back(self, steps: int = 1) -> "Period":
        """The period of the same length, `steps` of them earlier."""
        first = previous_month(self.first, steps * MONTHS[self.kind])
        return _from(first, self.kind)

    def after(self) -> "Period":
        """The period of the same length that follows."""
        year, number = (int(part) for part in self.first.split("-"))
        ahead = year * 12 + number - 1 + MONTHS[self.kind]
        return _from(f"{ahead // 12}-{ahead % 12 + 1:02d}", self.kind)

    def year_before(self) -> "Period":
        """The same season a year earlier."""
        return self.back(12 // MONTHS[self.kind])

    def quarter(self) -> "Period":
        """The quarter in which it begins."""
        year, number = self.first.split("-")
        return _from(f"{year}-{(int(number) - 1) // 3 * 3 + 1:02d}", QUARTER)

    def year(self) -> "Period":
        """The year in which it lies."""
        return _from(f"{self.first[:4]}-01", YEAR)

    def inside(self) -> list["Period"]:
        """The months of a quarter, the quarters of a year; a month has none."""
        if self.kind == MONTH:
            return []
        kind = MONTH if self.kind == QUARTER else QUARTER
        year, first = self.first.split("-")
        starts = range(int(first), int(first) + MONTHS[self.kind], MONTHS[kind])
        return [_from(f"{year}-{number:02d}", kind) for number in starts]

    def around(self) -> "Period | None":
        """The quarter around a month, the year around a quarter; around a year there is none."""
        if self.kind == YEAR:
            return None
        return self.quarter() if self.kind == MONTH else self.year()

    def months(self) -> list[str]:
        """The months in it, in order."""
        year, number = self.first.split("-")
        return [f"{year}-{int(number) + step:02d}" for step in range(MONTHS[self.kind])]

    def run(self, count: int) -> list["Period"]:
        """`count` periods in the order of time, this one last."""
        return [self.back(steps) for steps in range(count - 1, -1, -1)]


def period(key: str) -> Period:
    """Read `2026-10`, `2026-Q4` or `2026`, between 2020 and 2099.

    Raises:
        ValueError: written otherwise, or outside those years.
    """
    match = _SHAPE.fullmatch(key)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(key)
    year, month, quarter = match.groups()
    if month:
        return _from(f"{year}-{month}", MONTH)
    if quarter:
        return _from(f"{year}-{int(quarter) * 3 - 2:02d}", QUARTER)
    return _from(f"{year}-01", YEAR)


def month(key: str) -> Period:
    """The period of one month, such as `2026-10`."""
    return _from(key, MONTH)


def around(key: str, kind: str) -> Period:
    """The period of a kind in which the month `2026-10` lies."""
    whole = month(key)
    return {MONTH: lambda: whole, QUARTER: whole.quarter, YEAR: whole.year}[kind]()


def _from(first: str, kind: str) -> Period:
    year, number = first.split("-")
    last = f"{year}-{int(number) + MONTHS[kind] - 1:02d}"
    key = {MONTH: first, QUARTER: f"{year}-Q{(int(number) + 2) // 3}", YEAR: year}[kind]
    return Period(key, kind, first, last)
