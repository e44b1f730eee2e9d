"""Decides that no request carries a NUL: no page needs one, and PostgreSQL cannot keep it."""

from flask import request

from marketplace.kit.errors import Invalid, NotFound

NUL = "\x00"
# Their bodies are signed or counted byte by byte, so that only their own views may read them.
MACHINES = ("/webhook/", "/simulasi/")


def refuse_nul() -> None:
    """Refuse such a request; stands before every view.

    Raises:
        NotFound: the address holds one.
        Invalid: a field holds one.
    """
    if NUL in request.path:
        raise NotFound
    texts = [*request.args.values()]
    if not request.path.startswith(MACHINES):
        texts += [text for values in request.form.listvalues() for text in values]
    if any(NUL in text for text in texts):
        raise Invalid("Isian ini memuat huruf yang tidak bisa disimpan. Hapus, lalu ketik ulang.")
