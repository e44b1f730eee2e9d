"""The proofs hold after a busy history, and name the row when a single one goes wrong."""

import json
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.orders.models import SellerOrder
from marketplace.search import queries as search
from tests.commands import desamart
from tests.operations.conftest import Lived
from tests.operations.damage import Damage
from tests.operations.damages import DAMAGES, INDEX

CHECKS = {name: check for name, _claim, check in proofs.PROOFS}
FIRST = {damage.proof: damage for damage in reversed(DAMAGES)}
# The index is read on connections of its own, which see only what has been committed.
UNDOABLE = [damage for damage in DAMAGES if damage not in INDEX]


def test_all_proofs_hold_after_every_fate_an_order_can_have(lived: Lived) -> None:
    result = proofs.prove(at=now())
    assert result.holds, result.as_text()
    assert result.in_flight == 0
    assert [proof.name for proof in result.proofs] == list(CHECKS)
    fates = set(db.session.scalars(select(SellerOrder.status)))
    assert fates >= {
        "awaiting_payment",
        "awaiting_confirmation",
        "delivered",
        "completed",
        "expired",
        "declined",
        "cancelled",
    }


class _Undone(Exception):
    """Ends a transaction that only wanted to look."""


@pytest.mark.parametrize("damage", UNDOABLE, ids=Damage.name)
def test_one_wrong_row_is_named(kept: Lived, damage: Damage) -> None:
    said = []
    with suppress(_Undone), transaction():
        words = damage.do(kept.past)
        said = CHECKS[damage.proof]()
        raise _Undone
    assert [sentence for sentence in said if words in sentence], (words, said)
    assert CHECKS[damage.proof]() == []


@pytest.mark.parametrize("damage", INDEX, ids=Damage.name)
def test_one_product_unlike_its_document_is_named(lived: Lived, damage: Damage) -> None:
    with transaction():
        words = damage.do(lived.past)
    assert [sentence for sentence in search.divergence() if words in sentence], (words, search.divergence())


@pytest.mark.parametrize("damage", [FIRST[name] for name in CHECKS], ids=list(CHECKS))
def test_the_command_fails_and_names_the_row(lived: Lived, damage: Damage) -> None:
    with transaction():
        words = damage.do(lived.past)
    done = desamart(lived.config, "reconcile", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode != 0 and answer["holds"] is False
    said = {proof["name"]: proof["differences"] for proof in answer["proofs"]}
    assert any(words in difference for difference in said[damage.proof]), said


def test_the_command_succeeds_where_nothing_is_wrong(lived: Lived) -> None:
    done = desamart(lived.config, "reconcile", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["holds"], answer["in_flight"]) == (0, True, 0), done.stdout + done.stderr
    assert [proof["name"] for proof in answer["proofs"]] == list(CHECKS)


def test_facts_and_index_come_out_the_same_when_they_are_built_from_zero(lived: Lived) -> None:
    facts, documents = _facts(), search.documents()
    assert facts and documents
    with_facts = desamart(lived.config, "facts", "rebuild")
    with_index = desamart(lived.config, "index", "rebuild")
    assert (with_facts.returncode, with_index.returncode) == (0, 0), with_facts.stderr + with_index.stderr
    db.session.remove()
    assert _facts() == facts
    assert search.documents() == documents


def _facts() -> list[dict[str, Any]]:
    rows = db.session.execute(select(SaleFact.__table__).order_by(SaleFact.source))
    return [dict(row._mapping) for row in rows]
