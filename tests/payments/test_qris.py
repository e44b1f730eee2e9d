"""A static QRIS is read, refused with a reason, and made payable; read off a picture and drawn again."""

import io
import re

import pytest
import qriskit
import zxingcpp
from PIL import Image
from qriskit.crc import crc16

from marketplace.kit.images import UnusablePicture
from marketplace.payments import qris, qris_picture
from marketplace.payments.qris import UnusableQris
from tests import cast
from tests.direct import QRIS_TEXTS, qris_photo

HERS = QRIS_TEXTS[cast.HER_SHOP]


def sealed(body: str) -> str:
    """A text with its right checksum, whatever else is wrong with it."""
    return f"{body}6304{crc16(body + '6304')}"


def test_a_static_qris_says_whose_it_is() -> None:
    merchant = qris.read(f"  {HERS}\n")
    assert (merchant.name, merchant.city, merchant.nmid) == (
        "KERIPIK BU SARI",
        "PESAWARAN",
        "ID1020000000001",
    )
    assert merchant.text == HERS


def test_the_checksum_is_that_of_the_standard() -> None:
    # CRC-16/CCITT-FALSE of "123456789" is 29B1 in every table of checksums.
    assert crc16("123456789") == "29B1"
    assert HERS[-4:] == crc16(HERS[:-4])


@pytest.mark.parametrize("amount", [1, 65_123, 9_999_999])
def test_a_payable_one_carries_the_amount_and_nothing_else_changes(amount: int) -> None:
    before, after = qriskit.parse(HERS), qriskit.parse(qris.payable(HERS, amount))
    assert (after.get("01"), after.get("54")) == ("12", str(amount))
    assert qriskit.is_valid(after)
    kept = [node for node in after.nodes if node.tag not in ("01", "54", "63")]
    assert kept == [node for node in before.nodes if node.tag not in ("01", "63")]


def test_a_tip_of_the_sticker_is_not_asked_on_top() -> None:
    body = HERS[: HERS.index("5802ID")] + "550201" + HERS[HERS.index("5802ID") : -8]
    assert "550201" in sealed(body)
    assert qriskit.parse(qris.payable(sealed(body), 5_000)).get("55") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "bukan QRIS"),
        ("https://contoh.test/bayar", "bukan QRIS"),
        ("00020101021126", "rusak"),
        (HERS[:60], "rusak"),
        (HERS[:-1] + ("0" if HERS[-1] != "0" else "1"), "Angka pemeriksa"),
        (HERS.replace("SARI", "SIRA"), "Angka pemeriksa"),
        (HERS[:-8], "Angka pemeriksa"),
        (sealed(HERS[:-8].replace("5303360", "5303840")), "rupiah"),
        (sealed(HERS[:-8].replace("5802ID", "5802MY")), "rupiah"),
        (qris.payable(HERS, 5_000), "satu pembayaran"),
        (sealed(HERS[:-8].replace("5915KERIPIK BU SARI", "")), "tidak lengkap"),
        ("0002" + "0" * 600, "bukan QRIS"),
    ],
)
def test_what_is_none_is_refused_with_its_reason(text: str, why: str) -> None:
    for attempt in (qris.read, lambda wrong: qris.payable(wrong, 5_000)):
        with pytest.raises(UnusableQris, match=why):
            attempt(text)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("turned", [0, 8, 90, 180])
def test_a_photo_of_the_sticker_is_read(kind: str, turned: int) -> None:
    assert qris_picture.scan(qris_photo(HERS, kind=kind, turned=turned)).name == "KERIPIK BU SARI"


def test_a_large_photo_with_a_small_sticker_is_read() -> None:
    assert qris_picture.scan(qris_photo(HERS, size=(4000, 3000), wide=900)).text == HERS


def test_pictures_without_one_qris_are_refused() -> None:
    with pytest.raises(UnusableQris, match="Tidak ada kode QR"):
        qris_picture.scan(qris_photo(None))
    with pytest.raises(UnusableQris, match="bukan QRIS"):
        qris_picture.scan(qris_photo("https://contoh.test"))
    with pytest.raises(UnusableQris, match="beberapa"):
        qris_picture.scan(qris_photo(HERS, QRIS_TEXTS[cast.HIS_SHOP]))
    with pytest.raises(UnusablePicture):
        qris_picture.scan(io.BytesIO(b"<svg/>"))


def test_another_code_beside_the_sticker_does_not_disturb() -> None:
    assert qris_picture.scan(qris_photo("https://contoh.test", HERS)).text == HERS


def test_the_drawing_reads_back_and_carries_no_style_or_script() -> None:
    text = qris.payable(HERS, 65_123)
    with Image.open(io.BytesIO(qris_picture.png(text))) as drawn:
        read = zxingcpp.read_barcode(drawn.convert("L"))
    assert read is not None and read.text == text
    svg = qris_picture.svg(text).decode()
    assert svg.startswith("<?xml") and not re.search(r"style|script|on\w+=|href|class", svg)
