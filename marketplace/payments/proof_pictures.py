"""Decides how the picture of a proof reaches a browser."""

from flask import Response

from marketplace.config import settings
from marketplace.kit import private_pictures
from marketplace.payments.models import PaymentProof


def picture(proof: PaymentProof) -> Response:
    """The picture, for a view that has judged who may see it.

    Raises:
        NotFound: the file is gone.
    """
    return private_pictures.show(proof.picture_key, folder=settings().proof_dir)
