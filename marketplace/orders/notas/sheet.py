"""Decides what a paper says and in which order: one sheet of words, from which page and PDF are both made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from marketplace.kit.languages import retold
from marketplace.kit.money import rupiah
from marketplace.orders.models import Nota
from marketplace.orders.notas.plain import one_line
from marketplace.orders.notas.queries import CORRECTION


@dataclass(frozen=True)
class Block:
    """Somebody or something on the paper: a heading and lines of words."""

    heading: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Row:
    """Goods: their name, how many at which price, and what that comes to."""

    name: str
    detail: str
    amount: str


@dataclass(frozen=True)
class Sheet:
    """A paper in words. `issued_at` is its moment, `sums` are (label, amount), `notes` stand at the end."""

    number: str
    title: str
    platform: str
    contact: str
    issued_at: datetime
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block]
    rows: Sequence[Row]
    sums: Sequence[tuple[str, str]]
    total_label: str
    total: str
    notes: Sequence[str]


def sheet_of(paper: Nota, *, with_address: bool = True) -> Sheet:
    """The paper in words. Without the address only the buyer's name is told."""
    told = paper.content
    correction = paper.kind == CORRECTION
    return Sheet(
        number=paper.number,
        title=_("Nota koreksi") if correction else _("Nota"),
        platform=told["platform"]["name"],
        contact=_clean(told["platform"], "address", "email", "phone"),
        issued_at=paper.issued_at,
        facts=_facts(paper),
        blocks=[_shop(told["shop"]), _buyer(told["buyer"], with_address=with_address)],
        rows=[_row(line) for line in told["lines"]],
        sums=_sums(paper),
        total_label=_("Jumlah yang dikurangkan") if correction else _("Total"),
        total=rupiah(paper.total),
        notes=_notes(paper),
    )


def _facts(paper: Nota) -> list[tuple[str, str]]:
    order = paper.content["order"]
    facts = [
        (_("Nomor"), paper.number),
        (_("Tanggal"), _moment(paper.issued_at)),
        (_("Pesanan"), order["number"]),
        (_("Dipesan"), _moment(datetime.fromisoformat(order["placed_at"]))),
    ]
    if paper.corrects:
        corrected = _(
            "%(number)s tanggal %(day)s",
            number=paper.corrects.number,
            day=format_datetime(paper.corrects.issued_at, "d MMM y"),
        )
        facts.insert(2, (_("Mengoreksi"), corrected))
    return facts


def _shop(shop: dict[str, str]) -> Block:
    lines = [one_line(shop["name"]), shop["place"], _phone(shop["phone"])]
    return Block(_("Penjual"), [line for line in lines if line])


def _buyer(buyer: dict[str, str], *, with_address: bool) -> Block:
    # Papers from before the question know no office.
    office = one_line(buyer.get("office", ""))
    for_office = _("Untuk instansi: %(office)s", office=office) if office else ""
    names = [line for line in (one_line(buyer["name"]), for_office) if line]
    if not with_address:
        return Block(
            _("Pembeli"), [*names, _("Alamat tidak ditampilkan lagi, karena pesanan sudah berakhir.")]
        )
    landmark = one_line(buyer["landmark"])
    lines = [*names, one_line(buyer["address"]), f"({landmark})" if landmark else "", buyer["place"]]
    return Block(_("Pembeli"), [line for line in lines if line])


def _row(line: dict[str, Any]) -> Row:
    name = ", ".join(filter(None, (one_line(line["name"]), one_line(line["variant"]))))
    price = rupiah(line["unit_price"])
    unit = one_line(line["unit"])
    if not line["quantity"]:
        # A part of the price goes back while the pieces stay.
        part = _("sebagian dari harga %(price)s per %(unit)s", price=price, unit=unit)
        return Row(name, part, rupiah(line["total"]))
    return Row(name, f"{line['quantity']} {unit} \N{MULTIPLICATION SIGN} {price}", rupiah(line["total"]))


def _sums(paper: Nota) -> list[tuple[str, str]]:
    told = paper.content
    sums = [
        (_("Barang"), paper.goods),
        (_("Potongan harga"), -paper.discount),
        (_("Pengiriman: %(way)s", way=retold(one_line(told["delivery"]["label"]))), paper.delivery),
    ]
    if paper.payment_code:
        sums.append((_("Kode unik"), paper.payment_code))
    sums.append((_("PPh Pasal 22 yang dipungut"), told["tax"]["amount"]))
    # A correction tells only what goes back.
    shown = [pair for pair in sums if pair[1] or paper.kind != CORRECTION]
    return [(label, rupiah(amount)) for label, amount in shown]


def _notes(paper: Nota) -> list[str]:
    told = paper.content
    paid = told["payment"]
    when = _moment(datetime.fromisoformat(paid["paid_at"])) if paid["paid_at"] else ""
    how = _("Cara bayar: %(way)s.", way=retold(one_line(paid["words"])))
    settled = _("Lunas pada %(time)s.", time=when) if when else ""
    reasons = (retold(told["reason"]), f"{how} {settled}", retold(told["tax"]["why"]))
    return [one_line(reason) for reason in reasons if reason]


def _clean(told: dict[str, str], *names: str) -> str:
    return " · ".join(one_line(told[name]) for name in names if told[name])


def _moment(at: datetime) -> str:
    return str(_("%(time)s WIB", time=format_datetime(at, "d MMM y, HH.mm")))


def _phone(number: str) -> str:
    try:
        return format_number(parse(number), PhoneNumberFormat.NATIONAL)
    except NumberParseException:
        return one_line(number)
