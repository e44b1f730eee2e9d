"""What was written down in Indonesian is read in the language of who looks at it; what people typed stays."""

from collections.abc import Iterator

import pytest
from flask import Flask, session

from marketplace.kit.languages import choose, refilled, retold
from marketplace.notices.models import Notice
from marketplace.notices.wording import told

SHIPPED = Notice(
    kind="seller_order.shipped",
    title="Pesanan dari Kopi Podomoro dikirim",
    body="Pesanan DM-1 dalam perjalanan. Nomor resi JP16.",
)


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    """Somebody who reads English."""
    with app.test_request_context("/"):
        choose("en")
        yield
        session.clear()


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("", ""),
        ("Batas waktu terlewati.", "The deadline has passed."),
        ("Rusak. Terkena air. Dua bungkus", "Damaged. Terkena air. Dua bungkus"),
        ("Putusan untuk pembeli: isinya kurang", "Decided for the buyer: isinya kurang"),
        ("Terkena air: 100% basah", "Terkena air: 100% basah"),
    ],
)
def test_our_sentence_is_retold_and_the_persons_own_stays(stored: str, read: str) -> None:
    assert retold(stored) == read


@pytest.mark.usefixtures("english")
def test_a_sentence_with_places_is_told_again_with_what_stood_in_them() -> None:
    text = "Foto %(name)s lebih dari 8 MB."
    assert refilled("Foto 50% (1).jpg lebih dari 8 MB.", text) == "Photo 50% (1).jpg is larger than 8 MB."
    assert refilled("Foto a.jpg rusak.", text) is None


@pytest.mark.usefixtures("english")
def test_a_notice_is_read_in_english_with_its_parts() -> None:
    title, body = told(SHIPPED)
    assert title == "The order from Kopi Podomoro was sent"
    assert body == "Order DM-1 is on its way. Tracking number JP16."
    assert told(Notice(kind="shop.verified", title="Kabar 1", body="Isi")) == ("Kabar 1", "Isi")


def test_who_reads_indonesian_reads_what_was_written(app: Flask) -> None:
    with app.test_request_context("/"):
        assert retold("Batas waktu terlewati.") == "Batas waktu terlewati."
        assert told(SHIPPED) == (SHIPPED.title, SHIPPED.body)
