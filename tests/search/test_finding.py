"""What buyers type finds what they mean, the best first; what nobody can mean finds nothing, quietly."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kit.transaction import transaction
from marketplace.search import engine, fallback, rebuilding
from tests import cast, factories

GOODS = {
    "keripik-singkong": ("Keripik Singkong Balado", "keripik-kerupuk", "Renyah, dari kebun sendiri."),
    "ubi-rebus": ("Ubi Kayu Rebus", "makanan-ringan", ""),
    "madu-trigona": ("Madu Trigona Liar", "minuman", "Panen dua kali setahun, tidak dicampur keripik."),
    "kopi-lada": ("Kopi Lada Hitam 250g", "kopi", ""),
    "teh-beranda": ("Teh Café Béranda", "minuman", ""),
    "terasi": ("Terasi Udang", "makanan-ringan", "Cocok untuk sambal ayam kampung."),
}


@pytest.fixture(autouse=True, params=["whoosh:", "database:"])
def shelves(app: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    app.extensions["desamart"] = replace(app.extensions["desamart"], search_url=request.param)
    with app.app_context():
        with transaction():
            for slug, (name, category, description) in GOODS.items():
                goods = factories.put_on_shelf(
                    factories.shop(cast.HER_SHOP),
                    slug=slug,
                    name=name,
                    price=10_000,
                    stock=5,
                    category=category,
                )
                goods.description = description
        rebuilding.rebuild()
        yield


def found(text: str) -> list[str]:
    """Addresses of what is found."""
    ids = engine.find(text)
    assert ids is not None
    return [address_of[number] for number in ids] if (address_of := addresses()) else []


def addresses() -> dict[int, str]:
    slugs = [*GOODS, *(str(goods["slug"]) for shelf in cast.GOODS.values() for goods in shelf)]
    return {factories.product(slug).id: slug for slug in slugs}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("terasi", "terasi"),
        ("TERASI udang!!", "terasi"),
        ("cafe beranda", "teh-beranda"),
        ("Café", "teh-beranda"),
        ("kopi 250 g lada", "kopi-lada"),
        ("kopi lada 250g", "kopi-lada"),
        ("rebus ubi kayu", "ubi-rebus"),
    ],
)
def test_words_of_the_name_find_it_first(text: str, expected: str) -> None:
    assert found(text)[0] == expected


def test_all_words_must_be_there() -> None:
    assert found("kopi lada") == ["kopi-lada"]
    assert found("terasi hanura") == ["terasi"]
    assert found("lada hanura podomoro") == []


@pytest.mark.parametrize("text", ["singkong", "ubi kayu", "ketela pohon", "cassava", "kaspe"])
def test_every_word_for_cassava_finds_all_cassava(text: str) -> None:
    assert set(found(text)) >= {"keripik-singkong", "ubi-rebus"}


def test_what_was_typed_stands_above_its_synonym() -> None:
    assert found("singkong")[0] == "keripik-singkong"
    assert found("ubi kayu")[0] == "ubi-rebus"


def test_synonyms_of_several_words_mix_with_other_words() -> None:
    assert found("kripik ubi kayu balado") == ["keripik-singkong"]
    assert found("madu klanceng")[0] == "madu-trigona"


@pytest.mark.parametrize("text", ["terasu", "trasi", "terrasi", "etrasi", "tersai", "terasi udagn"])
def test_one_slip_of_the_finger_is_forgiven(text: str) -> None:
    assert found(text)[0] == "terasi"


def test_a_guess_never_stands_above_what_was_really_typed() -> None:
    assert found("lada")[0] == "kopi-lada"
    assert found("kopi lava") == ["kopi-lada"]


def test_short_words_are_not_guessed_at() -> None:
    assert found("mad") == ["madu-trigona"]
    assert found("xad") == []


def test_the_last_word_may_be_begun_only_and_the_first_may_not() -> None:
    assert found("bala") == ["keripik-singkong"]
    assert found("keripik bala") == ["keripik-singkong"]
    assert found("ba") == []
    assert "keripik-singkong" not in found("bala udang")


def test_the_name_counts_more_than_the_description() -> None:
    answers = found("keripik")
    assert answers.index("keripik-singkong") < answers.index("madu-trigona")


def test_shop_and_village_and_regency_find_their_goods() -> None:
    assert set(found("podomoro")) == {cast.COFFEE, cast.RARE_COFFEE}
    assert "terasi" in found("desa hanura") and cast.COFFEE not in found("desa hanura")
    assert "terasi" in found("terasi teluk pandan") and "terasi" in found("telukpandan")
    assert set(found("kopi pringsewu")) == {cast.COFFEE, cast.RARE_COFFEE}


def test_words_that_say_little_do_not_restrict_while_others_remain() -> None:
    assert found("saya mau beli terasi dari hanura")[0] == "terasi"
    assert found("yang") == []


def test_words_of_a_customary_expression_keep_their_meaning() -> None:
    assert found("ayam kampung") == ["terasi"]


def test_a_word_that_nothing_carries_is_left_out_only_when_the_rest_finds_something() -> None:
    assert found("terasi qqqwww")[0] == "terasi"
    assert found("terasi enak banget")[0] == "terasi"
    assert found("qqqwww zzzyyy") == []


ODD = [
    "",
    "   ",
    "\x00\x01\x1f",
    "٣",
    "🍌🍯",
    "!!! ??? ***",
    "%",
    "_",
    "\\",
    "\ud800",
    "京都",
]


@pytest.mark.parametrize("text", ODD)
def test_nothing_but_odd_signs_finds_nothing(text: str) -> None:
    assert engine.find(text) == []
    assert fallback.find_plain(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "name:terasi AND NOT (",
        'terasi" OR "1"="1',
        "terasi* ~2 ^9 [a TO z]",
        "a" * 100_000,
        "terasi " * 20_000,
        " ".join(f"w{number}" for number in range(5000)),
        "terasi\x00udang",
        "terasi; DROP TABLE product; --",
        "1 2 3 4 5 6 7 8 9",
        "-terasi +udang",
    ],
)
def test_operators_and_floods_are_plain_words(text: str) -> None:
    assert isinstance(engine.find(text), list)
    assert isinstance(fallback.find_plain(text), list)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(), st.text(alphabet="abdegiklmnoprstu 0123456789-%_\"'*~", max_size=60)))
def test_no_text_whatever_raises(text: str) -> None:
    assert isinstance(engine.find(text), list)
    assert isinstance(fallback.find_plain(text), list)


def test_the_limit_holds() -> None:
    assert engine.find("kopi", limit=0) == []
    assert len(engine.find("kopi", limit=1) or ()) == 1
    assert len(fallback.find_plain("kopi", limit=1)) == 1


def test_plain_search_needs_every_word_and_takes_signs_as_letters() -> None:
    number = factories.product("kopi-lada").id
    assert fallback.find_plain("kopi lada") == [number]
    assert fallback.find_plain("lada sari") == [number]
    assert fallback.find_plain("lada podomoro") == []
    assert fallback.find_plain("lada%") == [number]
