"""Decides how the application is put together: settings, extensions, globals of pages, routes, headers."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask_babel import format_date
from jinja2 import StrictUndefined
from pysqlite3 import dbapi2 as sqlite
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import errors, sitemap
from marketplace.accounts import guards, signing_in
from marketplace.catalog.queries import goods_name
from marketplace.config import Config
from marketplace.extensions import babel, csrf, db, limiter, login
from marketplace.kit import (
    alike,
    assets,
    attributes,
    connections,
    cookies,
    form_words,
    languages,
    money,
    once,
    packing,
    pieces,
    plain_text,
    request_counts,
    row_numbers,
    stars,
    trail,
)
from marketplace.payments.gateway import providers
from marketplace.search import storage
from marketplace.sellers import act_words
from marketplace.storefront import furniture

_PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}
SQLITE_OLDEST = (3, 51, 3)  # Older libraries can corrupt a WAL that several connections reset.


def compose(app: Flask, config: Config) -> None:
    """Put everything into `app`."""
    # No view or hook is a coroutine; Flask would look into each of them at each request.
    setattr(app, "ensure_sync", lambda function: function)  # noqa: B010 - mypy takes it for a method
    _settings(app, config)
    _database(app, config)
    row_numbers.register(app)
    # In this sequence: who is not signed in is asked to, before the form they sent is judged.
    app.before_request(plain_text.refuse_nul)
    guards.register(app)
    for extension in (login, csrf, limiter):
        extension.init_app(app)
    packing.register(app)
    cookies.register(app)
    # Each limit is that of a view, and judged around it; nothing is to be judged before all requests.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    babel.init_app(app, locale_selector=languages.chosen)
    babel.domain_instance = languages.Texts()
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["rupiah"] = money.rupiah
    app.jinja_env.filters["average"] = stars.average
    app.jinja_env.filters["retold"] = languages.retold
    app.jinja_env.filters["tuple"] = tuple
    app.jinja_env.filters["day"] = partial(format_date, format="d MMMM y")
    assets.register_assets(app)
    pieces.register(app)
    attributes.register()
    form_words.register()
    signing_in.register(app)
    furniture.register(app)
    once.register(app, actor=furniture.actor)
    act_words.register(app, goods_name=goods_name)
    sitemap.register(app, config)
    errors.register(app)
    app.after_request(_headers)


def _settings(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=40 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        SESSION_COOKIE_NAME="__Host-desamart" if config.secure else "desamart",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,
        # WTForms has no Indonesian words; ours stand in `kit/form_words.py`.
        WTF_I18N_ENABLED=False,
        BABEL_DEFAULT_LOCALE="id",
        BABEL_DEFAULT_TIMEZONE="Asia/Jakarta",
        RATELIMIT_STORAGE_URI=config.redis_url or request_counts.ADDRESS,
        RATELIMIT_HEADERS_ENABLED=False,
        # Without its Redis each process counts by itself; nobody waits for one that has fallen silent.
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(config.redis_url),
        RATELIMIT_STORAGE_OPTIONS=_PATIENCE if config.redis_url else {},
    )
    app.extensions["desamart"] = config
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            trail.of_the_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    alike.register(app, beside=lambda: storage.stamp(config.index_dir))
    if not config.demo:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]


def _database(app: Flask, config: Config) -> None:
    options: dict[str, Any] = {}
    url = config.database_url
    if config.sqlite:
        if sqlite.sqlite_version_info < SQLITE_OLDEST:
            raise RuntimeError(f"SQLite {sqlite.sqlite_version} is too old; 3.51.3 or newer is needed")
        config.data_dir.mkdir(parents=True, exist_ok=True)
        options |= {"module": sqlite, "connect_args": {"check_same_thread": False}}
    elif url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not config.sqlite:
        # The driver forgets what it has prepared at each rollback, and lets the server forget all of it.
        options["connect_args"] = {"prepare_threshold": None} | connections.dead_lines(url)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=options)
    db.init_app(app)
    with app.app_context():
        if config.sqlite:
            connections.set_up_sqlite(db.engine)
        else:
            connections.set_up_postgres(db.engine)


def _headers(response: Response) -> Response:
    """Refuse everything a page does not need; personal pages are never stored by anything between."""
    payment = "".join(f" {page}" for each in providers().values() for page in each.can.pages)
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; object-src 'none'; style-src 'self'; script-src 'self'; "
        "img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'{payment}; "
        "base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if not g.get("cacheable") and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
