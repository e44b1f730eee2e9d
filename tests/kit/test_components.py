"""The macros and error pages: tied for screen readers, safe from markup, standing without a database."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wtforms
from flask import Flask, render_template, render_template_string
from flask_babel import Babel
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from marketplace.kit import pieces
from marketplace.kit.stars import average

FRAME: dict[str, Any] = {
    "demo_mode": False,
    "contact_email": "a@b.test",
    "contact_phone": "",
    "language": "id",
    "languages": {"id": "Bahasa Indonesia", "en": "English"},
}
TEMPLATES = Path(__file__).parents[2] / "templates"


class Delivery(wtforms.Form):
    telepon = wtforms.TelField("Telepon", [InputRequired("Tulis nomor telepon.")])
    harga = wtforms.IntegerField("Harga", [InputRequired()])
    kirim = wtforms.RadioField(
        "Pengiriman",
        [InputRequired("Pilih satu.")],
        choices=[
            SelectChoice("antar", "Diantar", {"note": "Hari ini", "aside": "Rp10.000"}),
            SelectChoice("ambil", "Ambil sendiri"),
        ],
    )
    foto = wtforms.FileField("Foto")


@pytest.fixture
def app() -> Flask:
    """An app with nothing behind the templates: no database, no sign-in, no session."""
    app = Flask("components-test", template_folder=str(TEMPLATES))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["asset"] = "/aset/{}".format
    app.jinja_env.globals["csrf_token"] = lambda: "the-token"
    app.jinja_env.globals["once_key"] = lambda: Markup('<input type="hidden" name="kunci" value="the-key">')
    app.jinja_env.filters["rupiah"] = lambda amount: f"Rp{amount}"
    app.jinja_env.filters["average"] = average
    app.jinja_env.filters["tuple"] = tuple
    app.config["BABEL_DEFAULT_LOCALE"] = "id"
    Babel(app)
    pieces.register(app)
    return app


def draw(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context("/"):
        return render_template_string(source, **values)


def draw_field(app: Flask, field: wtforms.Field, **arguments: object) -> str:
    source = '{% from "components/form.html" import field %}{{ field(f, **arguments) }}'
    return draw(app, source, f=field, arguments=arguments)


def refused() -> Delivery:
    form = Delivery(MultiDict({"telepon": "", "harga": "dua"}))
    assert not form.validate()
    return form


@pytest.mark.parametrize("page", sorted(path.stem for path in TEMPLATES.glob("errors/[0-9]*.html")))
def test_an_error_page_needs_nothing_and_offers_one_way_on(app: Flask, page: str) -> None:
    with app.test_request_context("/rusak"):
        text = render_template(f"errors/{page}.html", message="", **FRAME)
    assert text.count("button-primary") == 1
    assert f"Kode: {page}" in text


def test_the_message_of_a_refusal_replaces_the_general_words(app: Flask) -> None:
    with app.test_request_context("/rusak"):
        text = render_template("errors/409.html", message="Stok tinggal <2>.", **FRAME)
    assert "Stok tinggal &lt;2&gt;." in text


def test_a_refused_field_names_its_hint_and_its_reason(app: Flask) -> None:
    text = draw_field(app, refused().telepon, hint="Untuk kurir.")
    assert 'aria-describedby="telepon-petunjuk telepon-salah"' in text
    assert 'aria-invalid="true"' in text
    assert re.search(r'id="telepon-petunjuk">\s*Untuk kurir\.', text)
    assert re.search(r'id="telepon-salah">.*Tulis nomor telepon\.', text, re.DOTALL)


def test_a_field_without_hint_or_reason_points_nowhere(app: Flask) -> None:
    text = draw_field(app, Delivery().telepon)
    assert "aria-" not in text
    assert "(opsional)" not in text


def test_what_was_typed_into_a_money_field_stays(app: Flask) -> None:
    text = draw_field(app, refused().harga, kind="money")
    assert 'value="dua"' in text
    assert 'inputmode="numeric"' in text


def test_a_radio_field_stands_as_cards_with_note_and_price(app: Flask) -> None:
    text = draw_field(app, Delivery().kirim)
    assert text.count('type="radio"') == 2
    assert "Hari ini" in text
    assert "Rp10.000" in text
    assert "<legend" in text


def test_a_file_field_previews_photos_unless_told_otherwise(app: Flask) -> None:
    assert "data-preview" in draw_field(app, Delivery().foto)
    table = draw_field(app, Delivery().foto, options={"accept": ".csv", "data-preview": False})
    assert "data-preview" not in table
    assert 'accept=".csv"' in table


def test_the_summary_of_reasons_leads_to_controls_that_exist(app: Flask) -> None:
    form = refused()
    source = (
        '{% from "components/form.html" import field, form_errors %}'
        "{{ form_errors(form) }}{% for f in form %}{{ field(f) }}{% endfor %}"
    )
    text = draw(app, source, form=form)
    targets = re.findall(r'href="#([^"]+)"', text)
    assert targets == ["telepon", "harga", "kirim-0"]
    assert all(re.search(rf'<input[^>]* id="{target}"', text) for target in targets)


def test_a_post_button_carries_the_token_and_its_fields(app: Flask) -> None:
    source = (
        '{% from "components/button.html" import post_button %}'
        '{{ post_button("/x", "Hapus", fields={"n": 0}) }}'
    )
    text = draw(app, source)
    assert '<form method="post"' in text
    assert 'name="csrf_token" value="the-token"' in text
    assert 'name="n" value="0"' in text


def test_a_product_card_escapes_names_and_says_when_it_is_sold_out(app: Flask) -> None:
    card = SimpleNamespace(
        slug="k", name="<b>Keripik", price=5000, unit="ikat", village="Hanura", shop="S",
        picture=None, available=0, sold_out=True, rating_sum=14, rating_count=3, price_from=None,
    )  # fmt: skip
    source = '{% from "components/product_card.html" import product_card %}{{ product_card(card) }}'
    text = draw(app, source, card=card)
    assert "&lt;b&gt;Keripik" in text
    assert "Habis" in text
    assert "Sisa" not in text
    assert "4,7" in text and "(3<" in text


@pytest.mark.parametrize(("page", "links"), [(1, ["?2"]), (2, ["?1", "?3"]), (3, ["?2"])])
def test_pagination_offers_only_pages_that_exist(app: Flask, page: int, links: list[str]) -> None:
    paging = SimpleNamespace(page=page, pages=3, url=lambda number: f"?{number}")
    source = '{% from "components/navigation.html" import pagination %}{{ pagination(paging) }}'
    assert re.findall(r'href="([^"]+)"', draw(app, source, paging=paging)) == links


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (TEMPLATES.parent / "static" / "icons" / "sprite.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\bicon(?:_name)?[(=]"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= known
