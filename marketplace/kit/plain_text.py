"""Decides that no request carries a NUL: no page needs one, and PostgreSQL cannot keep it."""

from flask import Flask, request

from marketplace.kit.errors import Invalid, NotFound

NUL = "\x00"
# Their bodies are signed or counted byte by byte, so that only their own views may read them.
MACHINES = ("/webhook/", "/simulasi/")


def register(app: Flask) -> None:
    """Refuse such requests before any view sees them."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if NUL in request.path:
        raise NotFound
    texts = [*request.args.values()]
    if not request.path.startswith(MACHINES):
        texts += [text for values in request.form.listvalues() for text in values]
    if any(NUL in text for text in texts):
        raise Invalid("Isian ini memuat huruf yang tidak bisa disimpan. Hapus, lalu ketik ulang.")
