"""Decides what a page costs at least: Flask, Jinja and the driver, without anything of the application.

The same rows from the same database, a card of about the same markup, no frame, no forms, no compression.
"""

from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask, render_template
from pysqlite3 import dbapi2 as sqlite

CARDS = """
SELECT p.id, p.slug, p.name, p.unit, p.rating_sum, p.rating_count, v.price, s.name, s.village_code,
  (SELECT key FROM photo WHERE product_id = p.id ORDER BY position LIMIT 1)
FROM product p JOIN shop s ON s.id = p.shop_id JOIN variant v ON v.product_id = p.id AND v.position = 0
WHERE p.status = 'active' AND s.status = 'verified'
ORDER BY p.fresh DESC, p.published_at DESC, p.id DESC LIMIT 24
"""
ONE = """
SELECT p.id, p.slug, p.name, p.unit, p.rating_sum, p.rating_count, v.price, s.name, s.village_code,
  (SELECT key FROM photo WHERE product_id = p.id ORDER BY position LIMIT 1)
FROM product p JOIN shop s ON s.id = p.shop_id JOIN variant v ON v.product_id = p.id AND v.position = 0
WHERE p.status = 'active' AND s.status = 'verified' ORDER BY p.id LIMIT 1
"""
PAGE = """<!DOCTYPE html><html lang="id"><head><title>Semua produk</title></head><body><ul class="cards">
{% for row in rows %}<li><article class="card"><picture class="picture">
<img src="/media/{{ row[9] }}-800.jpg" alt="{{ row[2] }}" width="800" height="800" loading="lazy">
</picture><h2 class="card-name"><a href="/produk/{{ row[1] }}">{{ row[2] }}</a></h2>
<p class="price"><span class="price-now">Rp{{ "{:,}".format(row[6]) }}</span>
<span class="price-unit">/ {{ row[3] }}</span></p>
{% if row[5] %}<span class="rating">{{ row[4] / row[5] }} ({{ row[5] }})</span>{% endif %}
<p class="card-place">{{ row[8] }}</p><p class="card-shop">{{ row[7] }}</p></article></li>{% endfor %}
</ul></body></html>"""


def floor(address: str) -> Flask:
    """An application with two pages: `/produk` (24 cards) and `/satu` (one)."""
    ask = _asker(address)
    app = Flask("floor")
    page = app.jinja_env.from_string(PAGE)
    app.add_url_rule("/produk", "cards", lambda: render_template(page, rows=ask(CARDS)))
    app.add_url_rule("/satu", "one", lambda: render_template(page, rows=ask(ONE)))
    return app


def _asker(address: str) -> Callable[[str], list[Any]]:
    if address.startswith("sqlite:///"):
        connection: Any = sqlite.connect(address.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
    return lambda statement: list(connection.execute(statement).fetchall())
