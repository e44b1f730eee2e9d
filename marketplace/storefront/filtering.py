"""Decides how filters are read from the address; what cannot be used is named and ignored."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SearchField, SelectField, StringField, ValidationError

from marketplace.catalog.listing import RELEVANCE, SORTS, Filter
from marketplace.catalog.public import category, category_tree
from marketplace.kit.errors import NotFound
from marketplace.kit.languages import said
from marketplace.kit.money import parse_rupiah, rupiah
from marketplace.kit.options import option
from marketplace.regions.queries import place

LONGEST_TEXT = 120
Choice = tuple[str, str]
FIELDS = ("q", "kategori", "wilayah", "harga_min", "harga_max", "urut", "tersedia")


class FilterForm(FlaskForm):
    """The filters of `/produk`, sent with GET."""

    class Meta:
        csrf = False

    q = SearchField(_l("Kata pencarian"))
    kategori = SelectField(_l("Kategori"), validate_choice=False)
    wilayah = SelectField(_l("Asal barang"), validate_choice=False)
    harga_min = StringField(_l("Harga paling rendah"))
    harga_max = StringField(_l("Harga paling tinggi"))
    urut = SelectField(_l("Urutkan"), choices=[option(*one) for one in SORTS.items()], validate_choice=False)
    tersedia = BooleanField(_l("Hanya yang tersedia"), false_values=(False, "false", "0", ""))

    def validate_kategori(self, field: SelectField) -> None:
        """Only categories of the tree."""
        if field.data and category(field.data) is None:
            raise ValidationError(_("Kategori ini tidak ada, jadi tidak dipakai."))

    def validate_wilayah(self, field: SelectField) -> None:
        """Only regions that exist."""
        if field.data:
            try:
                place(field.data)
            except NotFound:
                raise ValidationError(_("Wilayah ini tidak ada, jadi tidak dipakai.")) from None

    def validate_harga_min(self, field: StringField) -> None:
        """Whole rupiah."""
        _amount(field)

    def validate_harga_max(self, field: StringField) -> None:
        """Whole rupiah, not below the lower end."""
        most = _amount(field)
        least = _readable(self.harga_min.data)
        if most is not None and least is not None and most < least:
            raise ValidationError(_("Harga tertinggi lebih kecil dari harga terendah, jadi tidak dipakai."))

    def validate_urut(self, field: SelectField) -> None:
        """Only orders that we know."""
        if field.data and field.data not in SORTS:
            raise ValidationError(_("Urutan ini tidak ada, jadi tidak dipakai."))

    @property
    def text(self) -> str:
        """What is searched for, without control characters."""
        plain = "".join(letter for letter in self.q.data or "" if letter.isprintable())
        return " ".join(plain.split())[:LONGEST_TEXT]

    def offer(self, categories: Iterable[Choice], regions: Iterable[Choice]) -> None:
        """Let the fields offer these categories and regions."""
        self.kategori.choices = [option("", _("Semua kategori")), *(option(*one) for one in categories)]
        self.wilayah.choices = [option("", _("Semua wilayah")), *(option(*one) for one in regions)]

    @property
    def typed(self) -> str:
        """What the fields hold and what is wrong with it: all that they show beside what they offer.

        As a digest: it is remembered, and an address may be long.
        """
        shown = [(field.data, *map(str, field.errors)) for field in self]
        return sha256(repr(shown).encode(errors="backslashreplace")).hexdigest()

    def usable(self) -> dict[str, str]:
        """The filters in use, by field name, as the address carries them."""
        found = {"q": self.text}
        for name in ("kategori", "wilayah", "harga_min", "harga_max", "urut"):
            found[name] = "" if self[name].errors else (self[name].data or "").strip()
        found["urut"] = "" if found["urut"] == RELEVANCE else found["urut"]
        found["tersedia"] = "1" if self.tersedia.data else ""
        return {name: value for name, value in found.items() if value}


def wanted(usable: Mapping[str, str], ids: tuple[int, ...] | None) -> Filter:
    """The filter of the list; `ids` are the hits of the search, best first."""
    return Filter(
        ids=ids,
        category=usable.get("kategori", ""),
        region=usable.get("wilayah", ""),
        price_min=_readable(usable.get("harga_min")),
        price_max=_readable(usable.get("harga_max")),
        available_only="tersedia" in usable,
        sort=usable.get("urut", RELEVANCE),
    )


def address(usable: Mapping[str, str], page: int = 1, *, without: str = "") -> str:
    """The address of the list under these filters."""
    kept = {name: value for name, value in usable.items() if name != without}
    if page > 1:
        kept["halaman"] = str(page)
    return "/produk" + (f"?{urlencode(kept)}" if kept else "")


def chips(usable: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters in use in words (not the search text), each with the address of the list without it."""
    words = []
    for name, value in usable.items():
        label = _chip(name, value)
        if label:
            words.append((label, address(usable, without=name)))
    return words


def at_least(number: int, *, more: bool) -> str:
    """A number of goods in words; "500+" where there may be more than were counted."""
    return f"{number}+" if more else str(number)


def categories(counts: Mapping[str, int], chosen: str, *, more: bool = False) -> tuple[Choice, ...]:
    """Categories that hold something under the present filters, subcategories set in below theirs.

    `more`: there may be more goods than were counted.
    """
    found = []
    for top in category_tree():
        inside = sum(counts.get(slug, 0) for slug in top.slugs)
        if inside or top.slug == chosen:
            found.append((top.slug, f"{said(top.name)} ({at_least(inside, more=more)})"))
        found.extend(
            (child.slug, f"- {said(child.name)} ({at_least(counts.get(child.slug, 0), more=more)})")
            for child in top.children
            if counts.get(child.slug) or child.slug == chosen
        )
    return tuple(found)


def _chip(name: str, value: str) -> str:
    if name == "kategori":
        node = category(value)
        return said(node.name) if node else ""
    if name == "wilayah":
        return place(value).name
    if name in ("harga_min", "harga_max"):
        words = _("Mulai %(amount)s") if name == "harga_min" else _("Sampai %(amount)s")
        return str(words % {"amount": rupiah(parse_rupiah(value))})
    return str(_("Tersedia")) if name == "tersedia" else ""


def _amount(field: StringField) -> int | None:
    amount = _readable(field.data)
    if amount is None and (field.data or "").strip():
        raise ValidationError(_("Tulis rupiah tanpa koma, misalnya 25000. Harga ini tidak dipakai."))
    return amount


def _readable(text: str | None) -> int | None:
    try:
        return parse_rupiah(text) if text and len(text) <= LONGEST_TEXT else None
    except ValueError:
        return None
