"""Decides what a row of a file says about goods: each cell read as people write it, or refused in words.

An empty cell says nothing: what is known stays. Pure rules; what is in the shop is judged in `matching.py`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from marketplace.catalog.forms import whole_number
from marketplace.catalog.guessing import guess
from marketplace.catalog.imports.columns import Heads
from marketplace.catalog.models import FULFILMENTS
from marketplace.catalog.photos import MOST as MOST_PHOTOS
from marketplace.catalog.units import UNITS, parse_weight
from marketplace.kit.money import parse_rupiah, rate
from marketplace.kit.sheet_cells import Problem, Unreadable, plain

Tiers = tuple[tuple[int, int], ...]
Categories = Mapping[str, Sequence[tuple[str, str]]]
MOST_LETTERS = {"keterangan": 5_000, "kode": 40, "nama": 120, "varian": 60, "foto": 1_000}
LETTERS = 200
ON_DEMAND = "pesanan"
NO_TIERS = "-"
# What is said of goods once, whatever choices they come in; all else belongs to the choice of a row.
OF_THE_GOODS = {
    "nama": "name", "satuan": "unit", "kategori": "category", "keterangan": "description",
    "pengiriman": "fulfilment", "foto": "photos",
}  # fmt: skip
SAME_UNIT = {
    "pcs": "buah", "pc": "buah", "biji": "buah", "bh": "buah", "kilo": "kg", "kilogram": "kg",
    "bks": "bungkus", "pak": "bungkus", "pack": "bungkus", "btl": "botol", "ltr": "liter",
    "dus": "kotak", "box": "kotak", "lbr": "lembar", "ktg": "kemasan",
}  # fmt: skip
_PERCENT = re.compile(r"(\d{1,2})(?:[.,]0+)?\s*%?")


@dataclass(frozen=True)
class VariantLine:
    """What a row says of one choice of goods: as in `Line`, its weight being its own."""

    number: int
    variant: str = ""
    price: int | None = None
    tiers: Tiers | None = None
    stock: int | None = None
    on_demand: bool | None = None
    weight_g: int | None = None
    seen: int | None = None


@dataclass(frozen=True)
class Line:
    """What a row says; None and empty: nothing. `stock` None with `on_demand` True: made after the order.

    `seen` is the stock that lay there when the row was checked, `photos` names in the ZIP, `tiers` prices by
    quantity (none at all: they go). `more` are further rows of the same goods, one for each choice.
    """

    number: int
    code: str = ""
    name: str = ""
    variant: str = ""
    price: int | None = None
    tiers: Tiers | None = None
    unit: str = ""
    stock: int | None = None
    on_demand: bool | None = None
    category: str = ""
    description: str = ""
    weight_g: int | None = None
    fulfilment: str = ""
    photos: Sequence[str] = ()
    seen: int | None = None
    more: tuple[VariantLine, ...] = ()


@dataclass
class Reading:
    """A file, read: the rows that can be used so far, and what is wrong with the others."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_lines(heads: Heads, rows: Sequence[tuple[int, list[str]]], categories: Categories) -> Reading:
    """Read all rows. A row with any problem is no line; rows of several choices of goods are one together."""
    found = Reading()
    seen: dict[str, int] = {}
    groups: dict[str, list[Line]] = {}
    for number, cells in rows:
        line, problems = _read_row(number, heads, cells, categories)
        named = f"kode {line.code}" if line.code else f"nama {line.name.casefold()}"
        if not problems and named in seen:
            problems = _unfit(groups.get(named, []), line, seen[named])
        seen.setdefault(named, number)
        if problems:
            found.problems.extend(problems)
        else:
            groups.setdefault(named, []).append(line)
    found.lines = [_together(rows) for rows in groups.values()]
    return found


def _unfit(group: Sequence[Line], line: Line, first: int) -> list[Problem]:
    """Why a further row about the same goods is none of a further choice; `first` was the first row."""
    column, value = ("kode", line.code) if line.code else ("nama", line.name)
    if line.variant and not group:
        return [
            Problem(
                line.number, column, value, _("Perbaiki dulu baris %(first)s dari barang ini.", first=first)
            )
        ]
    same = next((one.number for one in group if one.variant.casefold() == line.variant.casefold()), None)
    if not line.variant or same:
        place = ("varian", line.variant) if line.variant else (column, value)
        return [Problem(line.number, *place, _("Sudah ada di baris %(first)s.", first=same or first))]
    return [
        Problem(
            line.number,
            name,
            str(getattr(line, attribute))[:80],
            _("Tulis ini di baris %(first)s saja.", first=first),
        )
        for name, attribute in OF_THE_GOODS.items()
        if getattr(line, attribute) and getattr(line, attribute) != getattr(group[0], attribute)
    ]


def _together(rows: Sequence[Line]) -> Line:
    return replace(
        rows[0],
        more=tuple(
            VariantLine(one.number, one.variant, one.price, one.tiers, one.stock, one.on_demand, one.weight_g)
            for one in rows[1:]
        ),
    )


def _read_row(
    number: int, heads: Heads, cells: Sequence[str], categories: Categories
) -> tuple[Line, list[Problem]]:
    said = {name: cells[place] for name, place in heads.places.items() if place < len(cells) and cells[place]}
    values: dict[str, object] = {}
    problems = []
    for column, cell in said.items():
        try:
            text = plain(cell, most=MOST_LETTERS.get(column, LETTERS))
            values |= _READERS[column](text, {**said, column: text}, categories)
        except ValueError as refusal:
            problems.append(Problem(number, column, cell[:80], str(refusal)))
    line = Line(number=number, **values)  # type: ignore[arg-type]
    if not problems and not line.code and not line.name:
        problems.append(Problem(number, "nama", "", _("Tulis nama atau kode barangnya.")))
    return line, problems


def _code(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    return {"code": text}


def _name(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    name = " ".join(text.split())
    if len(name) < 3:
        raise Unreadable(_("Nama produk 3 sampai 120 huruf."))
    return {"name": name}


def _price(text: str, said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    price = _read(parse_rupiah, text, _("Tulis harga dalam rupiah, misalnya 15.000."))
    price -= _off(price, said.get("potongan", ""), said.get("tipe_potongan", ""))
    if price <= 0:
        raise Unreadable(_("Harga harus lebih dari Rp0."))
    return {"price": price}


def _off(price: int, text: str, kind: str) -> int:
    """Rupiah that OpenSID takes off a price: kind 1 (its default) is a percentage, kind 2 rupiah."""
    in_rupiah = kind.strip() == "2" or text.lower().startswith("rp")
    if not text:
        return 0
    if in_rupiah:
        return _read(parse_rupiah, text, _("Tulis potongan dalam rupiah atau persen."))
    percent = _PERCENT.fullmatch(text)
    if percent is None:
        raise Unreadable(_("Tulis potongan dalam rupiah atau persen."))
    return rate(price, int(percent[1]) * 100)


def _variant(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    return {"variant": " ".join(text.split())}


def _tiers(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    """Prices by quantity: `10:9000;50:8500`; a dash says that there are none."""
    if text == NO_TIERS:
        return {"tiers": ()}
    words = _("Tulis seperti 10:9000;50:8500, yaitu mulai jumlah berapa dan harga per satuannya.")
    found = []
    for part in text.split(";"):
        start, colon, price = part.partition(":")
        if part.strip():
            pieces = whole_number(start)
            if not colon or pieces is None:
                raise Unreadable(words)
            found.append((pieces, _read(parse_rupiah, price, words)))
    return {"tiers": tuple(found)}


def _unit(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    unit = text.casefold().rstrip(".")
    unit = SAME_UNIT.get(unit, unit)
    if unit not in UNITS:
        raise Unreadable(_("Pakai salah satu satuan ini: %(units)s.", units=", ".join(UNITS)))
    return {"unit": unit}


def _stock(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    if text.casefold() == ON_DEMAND:
        return {"on_demand": True}
    pieces = whole_number(text)
    if pieces is None:
        raise Unreadable(
            _("Tulis jumlah stok dengan angka, misalnya 20, atau “pesanan” kalau dibuat sesudah dipesan.")
        )
    return {"stock": pieces, "on_demand": False}


def _category(text: str, said: Mapping[str, str], categories: Categories) -> dict[str, object]:
    wanted = text.casefold()
    for choices in categories.values():
        for slug, label in choices:
            if wanted in (slug, label.casefold()):
                return {"category": slug}
    slug = guess(text, categories) or guess(said.get("nama", ""), categories) or ""
    if not slug:
        raise Unreadable(_("Kategori ini tidak ada. Tulis seperti di halaman tambah produk."))
    return {"category": slug}


def _description(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    return {"description": text}


def _weight(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    return {"weight_g": _read(parse_weight, text, _("Tulis berat seperti 250 gram atau 1,5 kg."))}


def _fulfilment(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    way = text.casefold()
    if way not in FULFILMENTS:
        raise Unreadable(_("Tulis salah satu: %(words)s.", words=", ".join(FULFILMENTS)))
    return {"fulfilment": way}


def _photos(text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    names = [name.strip() for name in text.split(";") if name.strip()]
    if text.startswith("["):
        # OpenSID keeps the names of the photos as a JSON list.
        try:
            names = [str(name) for name in json.loads(text) if name]
        except (ValueError, TypeError, RecursionError):
            raise Unreadable(_("Tulis nama foto, dipisah titik koma.")) from None
    if len(names) > MOST_PHOTOS:
        raise Unreadable(_("Paling banyak %(most)s foto untuk satu produk.", most=MOST_PHOTOS))
    return {"photos": tuple(dict.fromkeys(name.casefold() for name in names))}


def _nothing(_text: str, _said: Mapping[str, str], _categories: Categories) -> dict[str, object]:
    """Read together with another column."""
    return {}


def _read(reader: Callable[[str], int], text: str, words: str) -> int:
    try:
        return reader(text)
    except ValueError:
        raise Unreadable(words) from None


_READERS: dict[str, Callable[[str, Mapping[str, str], Categories], dict[str, object]]] = {
    "kode": _code,
    "nama": _name,
    "varian": _variant,
    "harga": _price,
    "harga_grosir": _tiers,
    "satuan": _unit,
    "stok": _stock,
    "kategori": _category,
    "keterangan": _description,
    "berat": _weight,
    "pengiriman": _fulfilment,
    "foto": _photos,
    "potongan": _nothing,
    "tipe_potongan": _nothing,
}
