"""Static files: bundled in layer order, named by their content, kept for ever, refused when unknown."""

import gzip
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_wtf import CSRFProtect

from marketplace.kit.assets import (
    BACK,
    LAYERS,
    MisplacedAsset,
    UnknownAsset,
    css_bundle,
    js_bundle,
    register_assets,
)

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture
def static(tmp_path: Path) -> Path:
    for layer in LAYERS:
        (tmp_path / "css" / layer).mkdir(parents=True)
    (tmp_path / "js").mkdir()
    (tmp_path / "img").mkdir()
    (tmp_path / "css" / "base" / "base.css").write_text("p { color: red; }\n")
    (tmp_path / "css" / "reset" / "zz.css").write_text("/* why */\n* { margin: 0; }\n")
    (tmp_path / "css" / "tokens" / "tokens.css").write_text(":root { --ink: #000; }\n")
    (tmp_path / "js" / "busy.js").write_text("const a = 1;\n")
    (tmp_path / "js" / "menu.js").write_text("const a = 2;\n")
    (tmp_path / "img" / "logo.svg").write_text("<svg/>")
    return tmp_path


def app_of(static: Path) -> Flask:
    app = Flask("assets-test", static_folder=str(static))
    app.secret_key = "only-for-this-test"
    CSRFProtect(app)
    register_assets(app)
    return app


def address_of(app: Flask, name: str) -> str:
    with app.test_request_context():
        return render_template_string("{{ asset(name) }}", name=name)


def test_the_address_follows_the_content_and_nothing_else(static: Path) -> None:
    first = address_of(app_of(static), "img/logo.svg")
    again = address_of(app_of(static), "img/logo.svg")
    (static / "img" / "logo.svg").write_text("<svg></svg>")
    changed = address_of(app_of(static), "img/logo.svg")
    assert first == again
    assert changed != first
    assert first.startswith("/aset/img/logo.") and first.endswith(".svg")


def test_a_changed_style_sheet_changes_the_address_of_the_bundle(static: Path) -> None:
    before = address_of(app_of(static), "app.css")
    (static / "css" / "base" / "base.css").write_text("p { color: blue; }\n")
    assert address_of(app_of(static), "app.css") != before


@pytest.mark.parametrize(
    ("name", "kind"),
    [("app.css", "text/css"), ("app.js", "text/javascript"), ("img/logo.svg", "image/svg+xml")],
)
def test_an_asset_is_served_with_its_type_and_kept_for_a_year(static: Path, name: str, kind: str) -> None:
    app = app_of(static)
    answer = app.test_client().get(address_of(app, name))
    assert answer.status_code == 200
    assert answer.mimetype == kind
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_browser_that_takes_gzip_gets_the_same_text_packed(static: Path) -> None:
    app = app_of(static)
    address = address_of(app, "app.css")
    plain = app.test_client().get(address)
    packed = app.test_client().get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data


def test_a_template_that_names_an_unknown_asset_is_refused(static: Path) -> None:
    with pytest.raises(UnknownAsset, match=r"img/lgoo\.svg"):
        address_of(app_of(static), "img/lgoo.svg")


@pytest.mark.parametrize(
    "path", ["app.css", "img/logo.000000000000.svg", "../pyproject.toml", "css/base/base.css"]
)
def test_an_address_without_the_hash_of_its_content_is_not_there(static: Path, path: str) -> None:
    assert app_of(static).test_client().get(f"/aset/{path}").status_code == 404


def test_the_bundle_keeps_the_order_of_the_layers_not_of_the_names(static: Path) -> None:
    text = css_bundle(static / "css").decode()
    assert text.startswith("@layer reset,tokens,base,layout,components,utilities;")
    places = [text.index(f"@layer {layer}{{") for layer in LAYERS]
    assert places == sorted(places)
    assert text.index("margin: 0") < text.index("--ink") < text.index("color: red")
    assert "why" not in text


def test_a_style_sheet_in_no_layer_is_refused_at_start(static: Path) -> None:
    (static / "css" / "extras").mkdir()
    (static / "css" / "extras" / "more.css").write_text("a {}")
    with pytest.raises(MisplacedAsset, match=r"more\.css"):
        app_of(static)


def test_what_only_back_rooms_wear_is_a_bundle_of_its_own(static: Path) -> None:
    (static / "css" / BACK / "base").mkdir(parents=True)
    (static / "css" / BACK / "base" / "desk.css").write_text("i { color: green; }")
    app = app_of(static)
    assert b"green" not in css_bundle(static / "css")
    assert "green" in app.test_client().get(address_of(app, "back.css")).text


def test_a_sheet_of_the_back_rooms_in_no_layer_is_refused_too(static: Path) -> None:
    (static / "css" / BACK).mkdir()
    (static / "css" / BACK / "extras").mkdir()
    (static / "css" / BACK / "extras" / "more.css").write_text("a {}")
    with pytest.raises(MisplacedAsset, match=r"more\.css"):
        app_of(static)


def test_a_sheet_beside_the_layers_stands_alone(static: Path) -> None:
    (static / "css" / "apart.css").write_text("b { color: green; }")
    app = app_of(static)
    assert b"green" not in css_bundle(static / "css")
    assert app.test_client().get(address_of(app, "css/apart.css")).data == b"b { color: green; }"


def test_each_behaviour_keeps_its_names_in_a_block_of_its_own(static: Path) -> None:
    assert js_bundle(static / "js") == b"{\nconst a = 1;\n}\n{\nconst a = 2;\n}"


def test_a_behaviour_that_imports_is_refused(static: Path) -> None:
    (static / "js" / "other.js").write_text('import { a } from "./busy.js";\n')
    with pytest.raises(MisplacedAsset, match=r"other\.js"):
        js_bundle(static / "js")


def test_the_shops_own_style_sheet_and_script_stay_small() -> None:
    assert len(gzip.compress(css_bundle(STATIC / "css"), 9)) < 10 * 1024
    assert len(gzip.compress(css_bundle(STATIC / "css" / BACK), 9)) < 8 * 1024
    assert len(gzip.compress(js_bundle(STATIC / "js"), 9)) < 8 * 1024
