"""One table: what becomes of a refusal: which page, which status, in which words."""

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from marketplace.kit.errors import DomainError
from marketplace.kit.texts import noted
from marketplace.kit.trail import trail

PAGES = {
    400: 422,
    401: 404,
    403: 403,
    404: 404,
    405: 404,
    409: 409,
    413: 413,
    422: 422,
    429: 429,
    502: 503,
    503: 503,
}
log = structlog.get_logger()
TOO_LARGE = noted("Berkas terlalu besar. Foto paling besar 8 MB; kecilkan dulu, lalu coba lagi.")


def register(app: Flask) -> None:
    """Let every error end in a page that helps."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_failed)
    app.register_error_handler(Exception, _failed)


def _refused(error: DomainError) -> Response:
    _watch(error.status, type(error).__name__)
    if error.status >= 500:
        log.warning("not to be had", what=type(error).__name__)
    return _page(error.status, error.message)


def _http(error: HTTPException) -> Response:
    if error.response is not None and error.code is None:
        return make_response(error.response)
    code = error.code or 500
    _watch(code, type(error).__name__)
    if isinstance(error, CSRFError):
        words = gettext("Halaman ini sudah terlalu lama terbuka. Muat ulang, lalu kirim lagi.")
        return _page(422, words)
    if code < 400:
        return make_response(error.get_response())
    answer = _page(code, gettext(TOO_LARGE) if code == 413 else "")
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _watch(status: int, why: str) -> None:
    """Write down what may be somebody trying doors: rows of others, forged forms, too many requests.

    A stranger who asks for an address that is not there is nothing to write about.
    """
    known = "person" in g and request.url_rule is not None
    if status in (400, 403, 413, 429) or (status == 404 and known):
        trail("refused", status=status, why=why)


def _database_failed(error: DBAPIError) -> Response:
    """It is away, or it refused what we asked, which is a mistake of ours."""
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return _failed(error)
    g.database_away = True
    log.error("database away", exc_info=error)
    return _page(503, "")


def _failed(error: Exception) -> Response:
    g.database_away = True  # Whatever failed, the error page asks for nothing more.
    log.error("unexpected error", exc_info=error)
    return _page(500, "")


def _page(status: int, message: str) -> Response:
    """The error page of a status; JSON for machine-readable addresses."""
    if request.path.startswith("/api/"):
        response = jsonify(error={"status": status, "message": message})
        response.status_code = status
        return response
    template = PAGES.get(status, 500 if status >= 500 else 404)
    template = 422 if template == 413 else template
    return make_response(render_template(f"errors/{template}.html", message=message), status)
