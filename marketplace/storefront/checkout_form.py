"""Decides what a checkout asks: who, where, one way of delivery per shop, one way to pay; and its total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.accounts.forms import read_by
from marketplace.accounts.registering import plain_name, plain_phone
from marketplace.kit.errors import Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.options import option
from marketplace.kit.typed_words import one_line
from marketplace.logistics.quotes import PICKUP, SERVICE, DeliveryOffer, offers
from marketplace.orders.baskets import ShopGroup
from marketplace.orders.office_form import OfficeForm
from marketplace.payments import methods
from marketplace.regions.queries import is_village
from marketplace.sellers import pickup
from marketplace.sellers.models import SoldBy

LONGEST_KEY = 64
LONGEST_SLUG = 70
MOST_SHOPS = 100
_DELIVERY = "pengiriman-"


@dataclass(frozen=True)
class Part:
    """What one shop sends: its goods and the ways to send them to the destination."""

    group: ShopGroup
    offers: tuple[DeliveryOffer, ...]

    @property
    def slug(self) -> str:
        """The shop, as the fields' names carry it."""
        return self.group.shop.slug

    @property
    def delivery_field(self) -> str:
        """The name of the field for the way of delivery."""
        return delivery_field(self.slug)

    @property
    def note_field(self) -> str:
        """The name of the field for words to the shop."""
        return note_field(self.slug)

    def offer(self, key: str | None) -> DeliveryOffer | None:
        """The offer with this key, if it is made."""
        return next((offer for offer in self.offers if offer.key == key), None)


@dataclass(frozen=True)
class SummaryRow:
    """One row of the sum in rupiah (None: not chosen yet); `field` names the choice that moves it."""

    label: str
    amount: int | None
    field: str = ""


def plain_address(text: str) -> str:
    """An address in one line.

    Raises:
        Invalid: too little to find a house by (spaces do not count), or longer than 300 letters.
    """
    address = one_line(text)
    if not 5 <= len(address) <= 300:
        raise Invalid(_("Alamat antara 5 dan 300 huruf."), "alamat")
    return address


class CheckoutForm(OfficeForm):
    """Buyer and payment; `checkout_form` adds the fields of each shop."""

    nama = StringField(_l("Nama penerima"), [InputRequired(_l("Tulis nama penerima.")), read_by(plain_name)])
    telepon = TelField(
        _l("Nomor telepon"), [InputRequired(_l("Tulis nomor telepon Anda.")), read_by(plain_phone)]
    )
    wilayah = HiddenField(_l("Tujuan"))
    alamat = TextAreaField(
        _l("Alamat lengkap"),
        [
            InputRequired(_l("Tulis alamat: jalan, dusun, RT/RW.")),
            read_by(plain_address),
        ],
    )
    patokan = StringField(_l("Patokan"), [Length(max=160, message=_l("Patokan paling banyak 160 huruf."))])
    pembayaran = RadioField(
        _l("Cara pembayaran"), [InputRequired(_l("Pilih cara pembayaran."))], validate_choice=False
    )
    kunci = HiddenField()
    total = HiddenField()

    def validate_wilayah(self, field: Field) -> None:
        """A village: without one no way of delivery is offered, and that alone would not tell why."""
        if not is_village(field.data or ""):
            raise ValidationError(_l("Pilih desa atau kelurahan tujuan."))


def parts(groups: Sequence[ShopGroup], destination: str) -> list[Part]:
    """The shops of the basket, each with its ways to the destination (a village's code)."""
    return [
        Part(
            group,
            tuple(
                _with_hours(offer, group.shop)
                for offer in offers(
                    origin=group.shop.village_code,
                    destination=destination,
                    weight_g=group.weight_g,
                    fulfilments=group.fulfilments,
                )
            ),
        )
        for group in groups
    ]


def _with_hours(offer: DeliveryOffer, shop: SoldBy) -> DeliveryOffer:
    """Whoever picks up goods reads when."""
    hours = pickup.words(shop) if offer.method == PICKUP else ""
    return replace(offer, hint=f"{_(offer.hint)} {hours}.") if hours else offer


def delivery_field(slug: str) -> str:
    """The name of the field for a shop's way of delivery."""
    return f"{_DELIVERY}{slug}"


def note_field(slug: str) -> str:
    """The name of the field for words to a shop."""
    return f"catatan-{slug}"


def form_of(shops: Sequence[tuple[str, str]], values: Mapping[str, Any] | None = None) -> CheckoutForm:
    """The form for shops (slug, name), to be read and judged; `show_choices` makes it ready for the page."""
    return _form_class(tuple(shops))(data=values)


def sent_form(fields: Iterable[str]) -> CheckoutForm:
    """The form as it was sent, with the fields of the shops that it names; the basket is not read for it."""
    slugs = [name.removeprefix(_DELIVERY) for name in fields if name.startswith(_DELIVERY)]
    return form_of([(slug, slug) for slug in slugs[:MOST_SHOPS] if len(slug) <= LONGEST_SLUG])


@lru_cache(maxsize=256)
def _form_class(shops: tuple[tuple[str, str], ...]) -> type[CheckoutForm]:
    fields: dict[str, Any] = {}
    for slug, name in shops:
        fields[delivery_field(slug)] = RadioField(
            _l("Pengiriman dari %(shop)s", shop=name),
            [InputRequired(_l("Pilih cara pengiriman."))],
            validate_choice=False,
        )
        fields[note_field(slug)] = StringField(
            _l("Catatan untuk %(shop)s", shop=name),
            [Length(max=300, message=_l("Catatan paling banyak 300 huruf."))],
        )
    return type("CheckoutFormOfShops", (CheckoutForm,), fields)


def show_choices(form: CheckoutForm, found: Sequence[Part]) -> None:
    """Fill in what can be chosen. On GET the first offer of each shop is chosen."""
    for part in found:
        form[part.delivery_field].choices = [_delivery_choice(offer) for offer in part.offers]
    ways = methods.offered([part.offers for part in found], [part.group.shop for part in found])
    form.pembayaran.choices = [option(way.code, way.label, note=way.hint) for way in ways]
    if not form.is_submitted():
        _preselect(form, found, [way.code for way in ways])


def leave_out(form: CheckoutForm, codes: Sequence[str]) -> None:
    """Take ways to pay out of the offer; one that was preselected gives way to the first that is left."""
    offered: Any = form.pembayaran.choices
    left = [choice for choice in offered if choice.value not in codes]
    form.pembayaran.choices = left
    if form.pembayaran.data in codes and left:
        form.pembayaran.data = left[0].value if not form.is_submitted() else None


def _preselect(form: CheckoutForm, found: Sequence[Part], ways: Sequence[str]) -> None:
    """Choose the first offer of each shop, and the first way to pay that goes with all of them."""
    picked = [part.offers[0] for part in found if part.offers]
    for part in found:
        form[part.delivery_field].data = part.offers[0].key if part.offers else None
    fitting = {
        methods.CASH.code: all(offer.cash for offer in picked),
        methods.AT_PICKUP.code: all(offer.method in (PICKUP, SERVICE) for offer in picked),
    }
    form.pembayaran.data = next(code for code in ways if fitting.get(code, True))


def choices(form: CheckoutForm) -> dict[str, str]:
    """The chosen delivery key by shop."""
    return {slug: form[delivery_field(slug)].data or "" for slug in _slugs(form)}


def notes(form: CheckoutForm) -> dict[str, str]:
    """The words for each shop, in one line."""
    return {slug: one_line(form[note_field(slug)].data) for slug in _slugs(form)}


def chosen_total(form: CheckoutForm, found: Sequence[Part]) -> int:
    """Rupiah for the goods and the chosen deliveries; a shop without a choice counts with its goods only."""
    picked = choices(form)
    fees = [part.offer(picked[part.slug]) for part in found]
    goods = sum(part.group.goods_total for part in found)
    return goods + sum(offer.fee for offer in fees if offer)


def summary_rows(form: CheckoutForm, found: Sequence[Part]) -> list[SummaryRow]:
    """The sum in rows: goods and delivery of each shop."""
    rows = []
    picked = choices(form)
    for part in found:
        offer = part.offer(picked[part.slug])
        rows.append(SummaryRow(part.group.shop.name, part.group.goods_total))
        rows.append(
            SummaryRow(_way(offer.label if offer else "…"), offer.fee if offer else None, part.delivery_field)
        )
    return rows


def _slugs(form: CheckoutForm) -> list[str]:
    """The shops whose fields the form has."""
    return [name.removeprefix(_DELIVERY) for name in form._fields if name.startswith(_DELIVERY)]


def _way(label: str) -> str:
    return str(_("Kirim: %(way)s", way=_(label)))


def _delivery_choice(offer: DeliveryOffer) -> Any:
    words = f"{_days(offer)} · {_(offer.hint)}"
    if not offer.cash:
        words += " " + _("Tidak bisa bayar tunai.")
    shown_fee = rupiah(offer.fee) if offer.fee else str(_("Gratis"))
    return option(offer.key, offer.label, note=words, aside=shown_fee, fee=str(offer.fee))


def _days(offer: DeliveryOffer) -> str:
    if offer.days_max <= 1:
        return str(_("Hari ini atau besok"))
    if offer.days_min == offer.days_max:
        return str(_("%(days)s hari", days=offer.days_max))
    return str(_("%(least)s sampai %(most)s hari", least=offer.days_min, most=offer.days_max))
