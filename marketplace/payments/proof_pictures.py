"""Decides how the picture of a proof reaches a browser: kept by nobody on the way, as a picture only."""

from flask import Response, send_file

from marketplace.config import settings
from marketplace.kit import storage
from marketplace.kit.errors import NotFound
from marketplace.payments.models import PaymentProof
from marketplace.payments.proving import PICTURE


def picture(proof: PaymentProof) -> Response:
    """The picture, for a view that has judged who may see it.

    Raises:
        NotFound: the file is gone.
    """
    path = storage.locate(settings().proof_dir, proof.picture_key, PICTURE)
    if path is None:
        raise NotFound
    response = send_file(path, mimetype="image/jpeg", etag=False, max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
