"""Decides that the same request, sent twice, happens once.

A form carries a key that the server made. The first request with it stores its answer in its own
transaction; the same key with the same content gets that answer again, with other content it is refused.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, Text, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base
from marketplace.kit.errors import Invalid
from marketplace.kit.lanes import Rows
from marketplace.kit.rows import ask, table_of
from marketplace.kit.transaction import append


class AnsweredRequest(Base):
    """A request that was carried out: who asked (`actor`), its key, a hash of what was asked, the answer."""

    __tablename__ = "answered_request"

    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime]


_REQUESTS = table_of(AnsweredRequest)
# Built once, since every form with a key asks it.
_ANSWER = select(_REQUESTS.c.content_hash, _REQUESTS.c.answer).where(
    _REQUESTS.c.actor == bindparam("actor"), _REQUESTS.c.key == bindparam("key")
)


def content_hash(content: Mapping[str, object]) -> str:
    """A fingerprint of what was asked, independent of the order of the fields."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def ask_earlier(actor: str, key: str) -> Rows:
    """What stands under a key, for `answer_of`; asked with whatever else is asked next."""
    return ask(_ANSWER, actor=actor, key=key)


def earlier_answer(actor: str, key: str, asked: str) -> str | None:
    """The stored answer of the same request, or None when it is new.

    Raises:
        Invalid: the key was used for other content.
    """
    return answer_of(ask_earlier(actor, key), asked)


def answer_of(earlier: Rows, asked: str) -> str | None:
    """The stored answer of the request whose content is `asked`, or None when it is new.

    Raises:
        Invalid: the key was used for other content.
    """
    found = earlier.first()
    if found is None:
        return None
    if found.content_hash != asked:
        raise Invalid(
            "Formulir ini sudah pernah dikirim dengan isi lain. Muat ulang halaman, lalu coba lagi."
        )
    return str(found.answer)


def remember(actor: str, key: str, asked: str, answer: str, *, at: datetime) -> None:
    """Store the answer in the running transaction; a second one with that key fails there."""
    row = {"actor": actor, "key": key, "content_hash": asked, "answer": answer, "answered_at": at}
    append(AnsweredRequest, row)
