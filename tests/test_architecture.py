"""The house keeps its shape: who may import whom, what stays in its room, who may enter which page."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.kit.once import acts_once

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "marketplace"

GROUND = {"kit", "config", "extensions"}
REGIONS = GROUND | {"regions"}
ACCOUNTS = REGIONS | {"accounts"}
SELLERS = ACCOUNTS | {"sellers"}
ORDERS = SELLERS | {"catalog", "logistics", "ledger", "orders"}
# Below these packages only reading is allowed: models, queries, events, pure rules.
ALL = ORDERS | {
    "payments", "payouts", "parcels", "reviews", "complaints", "search", "notices", "indicators",
    "village_services", "counter_sales",
}  # fmt: skip

MAY_IMPORT: dict[str, set[str]] = {
    "kit": GROUND,
    "config": set(),
    "extensions": {"kit"},
    "regions": REGIONS,
    "ledger": GROUND,
    "accounts": ACCOUNTS,
    "sellers": SELLERS,
    "village_services": ACCOUNTS,
    "catalog": SELLERS,
    "logistics": SELLERS,
    "orders": ORDERS,
    "payments": ORDERS,
    "payouts": ORDERS,
    "reviews": ORDERS,
    "search": ORDERS | {"payments"},
    "notices": ORDERS | {"payments", "payouts", "reviews"},
    "indicators": ORDERS | {"payments", "village_services"},
    "reports": ORDERS | {"payments", "payouts", "indicators"},
    "counter_sales": ORDERS | {"payments"},
    "storefront": ALL,
    "operations": ALL | {"subscriptions"},
}
TOP = {"", "composition", "sitemap", "subscriptions", "errors", "cli"}
ONLY_IN = {
    "stripe": ("payments/",),
    "requests": ("payments/",),
    "whoosh": ("search/",),
    "PIL": ("kit/images.py", "operations/demo/pictures.py", "operations/demo/receipts.py"),
    "lokal": ("regions/loading.py",),
    "qriskit": ("payments/qris.py", "operations/demo/"),
    "segno": ("payments/qris_picture.py", "kit/qr.py"),
    "zxingcpp": ("payments/qris_picture.py",),
    "smtplib": ("notices/carrier.py",),
    "openpyxl": ("kit/workbooks.py",),
    "fpdf": ("orders/notas/pdf.py",),
    "numpy": ("indicators/uplift/",),
}


def modules() -> Iterator[Path]:
    """Every Python file of the product."""
    return (path for path in sorted(HOUSE.rglob("*.py")))


def package_of(path: Path) -> str:
    """`orders` for marketplace/orders/steps.py, `config` for marketplace/config.py, empty for the top."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imports(source: str) -> Iterator[str]:
    """The full names of all modules that a source imports, at any depth of it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def violations(path: Path, source: str) -> list[str]:
    """What a file imports that it must not."""
    own = package_of(path)
    found = []
    for name in imports(source):
        parts = name.split(".")
        if parts[0] in ONLY_IN and not str(path.relative_to(HOUSE)).startswith(ONLY_IN[parts[0]]):
            found.append(f"{path.relative_to(ROOT)} imports {parts[0]}")
        if parts[0] != "marketplace" or own in TOP:
            continue
        other = parts[1] if len(parts) > 1 else ""
        if other != own and other not in MAY_IMPORT[own] | {""}:
            found.append(f"{path.relative_to(ROOT)} imports marketplace.{other}")
        if other != own and len(parts) > 2 and parts[2].endswith("views"):
            found.append(f"{path.relative_to(ROOT)} imports the pages of {other}")
    return found


def test_every_package_has_its_row() -> None:
    assert {package_of(path) for path in modules()} - TOP == set(MAY_IMPORT)


def test_nobody_imports_what_stands_above() -> None:
    assert [line for path in modules() for line in violations(path, path.read_text())] == []


@pytest.mark.parametrize(
    ("place", "planted"),
    [
        ("kit/money.py", "from marketplace.orders import steps"),
        ("catalog/stocking.py", "from marketplace.logistics.quotes import offers"),
        ("payments/receiving.py", "from marketplace.search import engine"),
        ("orders/steps.py", "import marketplace.payments.models"),
        ("storefront/front.py", "from marketplace.accounts.views import blueprint"),
        ("orders/steps.py", "def late():\n    import stripe"),
        ("storefront/front.py", "from PIL import Image"),
        ("search/engine.py", "from marketplace.indicators import models"),
    ],
)
def test_a_planted_violation_is_found(place: str, planted: str) -> None:
    assert violations(HOUSE / place, planted)


def test_models_and_pure_rules_stay_clean() -> None:
    for path in modules():
        text = path.read_text()
        if path.name == "models.py":
            assert "select(" not in text, f"{path} queries"
            assert ".commit(" not in text, f"{path} commits"
        if path.name in ("states.py", "deadlines.py", "weights.py", "money.py", "clock.py", "figures.py"):
            assert "marketplace.extensions" not in text, f"{path} touches the database"
            assert "import flask" not in text.lower().replace("from flask", "import flask"), (
                f"{path} touches flask"
            )


def test_only_entry_points_open_transactions() -> None:
    entries = ("views.py", "cli.py", "webhook.py")
    # Each of these is an entry point of its own: a job, a command, or a conversation with a provider.
    jobs = {
        "kit/outbox.py", "kit/transaction.py", "accounts/signing_in.py", "operations/worker.py",
        "catalog/permits/watching.py", "catalog/imports/carrying.py",
        "operations/setup.py", "payments/starting.py", "payments/closing.py", "payments/polling.py",
            "payments/asking_back.py",
        "payments/refunding.py", "payments/reminding.py", "regions/loading.py", "notices/sending.py",
        "notices/reminders.py", "operations/sweeping.py", "indicators/cells.py",
        "indicators/publishing/releasing.py", "operations/backup/restoring.py",
    }  # fmt: skip
    allowed_folders = ("storefront/", "operations/demo/", "search/")
    for path in modules():
        place = str(path.relative_to(HOUSE))
        opens = any(name == "marketplace.kit.transaction.transaction" for name in imports(path.read_text()))
        if opens:
            assert place.endswith(entries) or place in jobs or place.startswith(allowed_folders), place


def test_every_route_says_who_may_enter(tmp_path: Path) -> None:
    env = {**os.environ, "DESAMART_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "marketplace.cli", "routes", "--json"]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    lines = json.loads(answer.stdout)
    assert len(lines) > 40
    assert [line["path"] for line in lines if line["who"] == "undeclared"] == []
    assert [line["path"] for line in lines if line["who"] == "anyone" and not line["reason"]] == []


MONEY = ("/checkout", "/pesanan/", "/penjual/", "/gerai/", "/admin/")
# The first two end in the same attempt however often they are sent; the next three keep the key themselves;
# the others show goods, hide them and arrange their photos, which moves neither money nor stock.
REPEATABLE = {
    *("/pesanan/<number>/pembayaran", "/pesanan/<number>/cek-pembayaran"),
    *("/checkout", "/penjual/stok", "/penjual/produk/baru"),
    *("/penjual/produk/<slug>/jeda", "/penjual/produk/<slug>/tampil", "/penjual/produk/foto"),
    *(f"/penjual/produk/<slug>/{what}-foto" for what in ("hapus", "keterangan", "urut")),
}


def test_every_form_that_moves_money_acts_once(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    about_money = [rule for rule in rules if rule.rule.startswith(MONEY) and rule.rule not in REPEATABLE]
    assert len(about_money) > 70
    assert [rule.rule for rule in about_money if not acts_once(app.view_functions[rule.endpoint])] == []


def test_no_view_hides_what_every_template_calls(app: Flask) -> None:
    """The foot of each page calls `kept`: a view that gives its page a value of that name breaks it."""
    # Flask brings `session` along; no template of ours asks it.
    called = {name for name, thing in app.jinja_env.globals.items() if callable(thing)} - {"session"}
    hidden = [
        f"{path.name}: {word.arg}"
        for path in sorted(HOUSE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "render_template"
        for word in node.keywords
        if word.arg in called
    ]
    assert hidden == []
