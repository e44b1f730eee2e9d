"""Decides which choice (variant) of goods each of their rows means, and what those rows say about it.

A row without a name in `varian` means the first choice, a row with one the choice of that name, without case;
a name that no choice has yet makes a new one, or names the only one where that has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from marketplace.catalog import pricing
from marketplace.catalog.detailing import MOST_VARIANTS, OF_THE_PRODUCT, Details, VariantDraft
from marketplace.catalog.imports.lines import Line, Tiers, VariantLine
from marketplace.catalog.models import Product, Variant
from marketplace.kit.errors import Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.texts import noted

HOW_COUNTED = noted("Semua pilihan satu barang dihitung sama: dengan jumlah, atau semuanya “pesanan”.")


@dataclass(frozen=True)
class Choice:
    """A row and the variant that it means; None: a new one."""

    row: VariantLine
    variant: Variant | None

    @property
    def price(self) -> int:
        """What it costs after the row.

        Raises:
            Invalid: it is new, and the row does not say.
        """
        price = self.row.price or (self.variant.price if self.variant else None)
        if price is None:
            raise Invalid(_("Pilihan baru %(variant)s perlu harga.", variant=self.row.variant), "harga")
        return price

    @property
    def tiers(self) -> Tiers:
        """Its prices by quantity after the row; earlier ones that are no lower than the new price go.

        Raises:
            Invalid: what the row says cannot be.
        """
        price, known = self.price, self.variant.tiers if self.variant else []
        said = self.row.tiers
        if said is None:
            said = tuple((start, cost) for start, cost in known if cost < price)
        try:
            return tuple((start, cost) for start, cost in pricing.checked_tiers(price, said))
        except Invalid as refusal:
            raise Invalid(refusal.message, "harga_grosir") from refusal


def choices(line: Line, product: Product | None) -> list[Choice]:
    """The rows of goods, each with what it means.

    Raises:
        Invalid: two rows mean the same choice, or there would be too many (field `varian`).
    """
    variants = product.variants if product else []
    known = {variant.name.casefold(): variant for variant in variants}
    found: list[Choice] = []
    for place, row in enumerate(_rows(line)):
        variant = known.get(row.variant.casefold()) if row.variant else (variants[0] if variants else None)
        if variant is None and place == 0 and len(variants) == 1 and not variants[0].name:
            variant = variants[0]
        twin = next((one.row for one in found if variant is not None and one.variant is variant), None)
        if twin is not None:
            raise Invalid(_("Pilihan ini sudah disebut di baris %(number)s.", number=twin.number), "varian")
        found.append(Choice(row, variant))
    if len(variants) + sum(one.variant is None for one in found) > MOST_VARIANTS:
        raise Invalid(
            _("Paling banyak %(most)s pilihan untuk satu barang.", most=MOST_VARIANTS),
            "varian",
        )
    return found


def first_of(found: Iterable[Choice], product: Product) -> Choice:
    """The row of the first choice of goods; one that says nothing where there is none."""
    first = product.variants[0]
    return next((one for one in found if one.variant is first), Choice(VariantLine(0), first))


def details(line: Line, product: Product | None, *, on_demand: bool) -> Details | None:
    """What is said of choices and prices by quantity, all else as it is; None: nothing.

    Raises:
        Invalid: what cannot be; fields are those of the file.
    """
    found = choices(line, product)
    if not (line.variant or line.more or line.tiers is not None):
        return None
    if any(one.row.on_demand not in (None, on_demand) for one in found):
        raise Invalid(HOW_COUNTED, "stok")
    first = first_of(found, product) if product else found[0]
    name = first.row.variant or (first.variant.name if first.variant else "")
    further = [one for one in found if one is not first]
    if further and not name:
        raise Invalid("Beri nama pilihan pertama juga, misalnya 250 gram.", "varian")
    said = Details(variant_name=name, tiers=first.tiers, variants=[_draft(one) for one in further])
    if product is None:
        return said
    kept = {each: getattr(product, each) for each in OF_THE_PRODUCT}
    return replace(said, compare_price=_compared(first), **kept)


def changes(line: Line, product: Product, *, on_demand: bool) -> list[str]:
    """What the rows change about choices that are there, in words, and which are new."""
    found = choices(line, product)
    first, many = first_of(found, product), len(product.variants) > 1 or bool(line.more)
    said = []
    for one in found:
        words = (
            [_("pilihan baru")] if one.variant is None else _changes(one, one is first, on_demand=on_demand)
        )
        said += [f"{one.row.variant}: {word}" if many and one.row.variant else word for word in words]
    return said


def leave_what_is_held(found: Iterable[Choice], held: Mapping[int, int]) -> None:
    """Judge before the count is written what writing it would refuse.

    Raises:
        Invalid: fewer pieces than orders have set aside.
    """
    for one in found:
        set_aside = held.get(one.variant.id, 0) if one.variant else 0
        stock = one.row.stock
        if one.variant and stock is not None and stock != one.variant.on_hand and stock < set_aside:
            words = _(
                "%(count)s sedang dipesan pembeli, jadi stok tidak bisa kurang dari itu.", count=set_aside
            )
            raise Invalid(words, "stok")


def as_seen(line: Line, found: Iterable[Choice]) -> Line:
    """The line with the pieces that lie there now."""
    seen = {one.row.number: one.variant.on_hand if one.variant else None for one in found}
    more = tuple(replace(row, seen=seen[row.number]) for row in line.more)
    return replace(line, seen=seen[line.number], more=more)


def _rows(line: Line) -> list[VariantLine]:
    head = VariantLine(
        line.number,
        line.variant,
        line.price,
        line.tiers,
        line.stock,
        line.on_demand,
        line.weight_g,
        line.seen,
    )
    return [head, *line.more]


def _draft(one: Choice) -> VariantDraft:
    row, variant = one.row, one.variant
    if variant is None:
        return VariantDraft(
            row.variant, one.price, row.stock or 0, shipping_weight_g=row.weight_g, tiers=one.tiers
        )
    return VariantDraft(
        name=variant.name,
        price=one.price,
        stock=row.stock,
        id=variant.id,
        seen=variant.on_hand if row.seen is None else row.seen,
        compare_price=_compared(one),
        net_weight_g=variant.net_weight_g,
        shipping_weight_g=variant.shipping_weight_g if row.weight_g is None else row.weight_g,
        tiers=one.tiers,
    )


def _compared(one: Choice) -> int | None:
    """The earlier price, as long as it is the dearer one."""
    earlier = one.variant.compare_price if one.variant else None
    return earlier if (earlier or 0) > one.price else None


def _changes(one: Choice, is_first: bool, *, on_demand: bool) -> list[str]:
    row, variant, said = one.row, one.variant, []
    if variant is None:
        return []
    if one.price != variant.price:
        said.append(_("harga %(old)s → %(new)s", old=rupiah(variant.price), new=rupiah(one.price)))
    if row.stock is not None and (variant.on_demand or row.stock != variant.on_hand):
        said.append(_("stok %(old)s → %(new)s", old=variant.on_hand, new=row.stock))
    elif row.on_demand is not None and on_demand != variant.on_demand:
        said.append(_("dibuat sesudah dipesan"))
    if row.tiers is not None and [list(tier) for tier in one.tiers] != variant.tiers:
        said.append(_("harga grosir"))
    if is_first and row.variant and row.variant != variant.name:
        said.append(_("pilihan %(name)s", name=row.variant))
    if not is_first and row.weight_g not in (None, variant.shipping_weight_g):
        said.append(_("berat"))
    return said
