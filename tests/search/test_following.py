"""The index follows the goods, whichever of the two it is: whatever happened, it ends equal to a rebuild."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.catalog.models import ACTIVE, PAUSED, Product
from marketplace.kit import unchanged
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.search import engine, handlers, indexing, queries, rebuilding
from marketplace.search import marks as search_marks
from marketplace.search.in_database import slots
from marketplace.search.models import IndexMark
from marketplace.sellers.models import SUSPENDED, VERIFIED
from tests import cast, factories
from tests.factories import AT
from tests.search.marking import change, marks


@pytest.fixture(params=["whoosh:", "database:"])
def indexed(app: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    """An index that is up to date, inside an application context."""
    app.extensions["desamart"] = replace(app.extensions["desamart"], search_url=request.param)
    with app.app_context():
        rebuilding.rebuild()
        yield


def test_a_new_name_is_found_and_the_old_one_is_not(indexed: None) -> None:
    number = change(cast.CHIPS, name="Emping Melinjo")
    assert engine.find("emping") == []
    assert indexing.catch_up() == 1
    assert engine.find("emping") == [number]
    assert number not in (engine.find("pisang cokelat") or [])
    assert marks() == [] and queries.divergence() == []


def test_a_paused_product_leaves_and_comes_back(indexed: None) -> None:
    number = change(cast.COFFEE, status=PAUSED)
    indexing.catch_up()
    assert number not in (engine.find("robusta") or [])
    change(cast.COFFEE, status=ACTIVE)
    indexing.catch_up()
    assert engine.find("robusta") == [number]


def test_a_suspended_shop_takes_all_its_goods_along(indexed: None) -> None:
    with transaction() as session:
        shop = factories.shop(cast.HIS_SHOP)
        shop.status = SUSPENDED
        event = OutboxEvent(kind="shop.changed", subject=f"shop:{shop.id}", payload={}, happened_at=AT)
        session.add(event)
        handlers.mark_shop(event, AT)
    assert indexing.catch_up() == 2
    assert engine.find("kopi podomoro") == []
    assert queries.divergence() == []


def test_marks_are_taken_in_portions(indexed: None) -> None:
    for slug in (cast.CHIPS, cast.CRACKERS, cast.COFFEE):
        change(slug, name="Bersama")
    assert [indexing.catch_up(limit=2), indexing.catch_up(limit=2), indexing.catch_up(limit=2)] == [2, 1, 0]
    assert len(engine.find("bersama") or ()) == 3


def test_marking_twice_is_one_mark_with_a_later_moment(indexed: None) -> None:
    number = change(cast.CHIPS)
    with transaction() as session:
        first = session.get_one(IndexMark, number).marked_at
        event = OutboxEvent(
            kind="product.changed",
            subject=f"product:{number}",
            payload={"product_id": number},
            happened_at=AT,
        )
        handlers.mark_product(event, AT - timedelta(hours=1))
        assert session.get_one(IndexMark, number).marked_at > first
    assert marks() == [number]


def test_divergence_names_what_is_missing_stale_and_superfluous(indexed: None) -> None:
    with transaction():
        factories.product(cast.CHIPS).name = "Tanpa Tanda"
        factories.product(cast.COFFEE).status = PAUSED
        fresh = factories.put_on_shelf(
            factories.shop(cast.HER_SHOP), slug="baru", name="Barang Baru", price=1000, stock=0
        ).id
        stale, superfluous = factories.product(cast.CHIPS).id, factories.product(cast.COFFEE).id
    assert set(queries.divergence()) == {
        f"product {fresh}: missing",
        f"product {stale}: stale",
        f"product {superfluous}: superfluous",
    }


def test_a_rebuild_tells_how_far_it_is(indexed: None) -> None:
    told: list[tuple[int, int]] = []
    assert rebuilding.rebuild(lambda done, everything: told.append((done, everything))) == 5
    assert told[-1] == (5, 5)


SLUGS = [str(goods["slug"]) for shelf in cast.GOODS.values() for goods in shelf]
QUESTIONS = ("keripik", "kopi", "madu hutan", "hanura", "podomoro", "sambal")
STEP = st.one_of(
    st.tuples(
        st.just("rename"), st.sampled_from(SLUGS), st.sampled_from(["Keripik Madu", "Madu Hutan", "Sambal"])
    ),
    st.tuples(st.just("status"), st.sampled_from(SLUGS), st.sampled_from([ACTIVE, PAUSED])),
    st.tuples(st.just("shop"), st.sampled_from(list(cast.SHOPS)), st.sampled_from([VERIFIED, SUSPENDED])),
    st.tuples(st.just("catch up"), st.just(""), st.sampled_from(["1", "2", "200"])),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12))
def test_after_any_changes_the_index_equals_a_rebuild(
    indexed: None, steps: list[tuple[str, str, str]]
) -> None:
    for kind, what, value in steps:
        _apply(kind, what, value)
    while indexing.catch_up():
        pass
    followed = queries.documents(), [sorted(engine.find(question) or ()) for question in QUESTIONS]
    assert queries.divergence() == []
    rebuilding.rebuild()
    assert (queries.documents(), [sorted(engine.find(question) or ()) for question in QUESTIONS]) == followed


def _apply(kind: str, what: str, value: str) -> None:
    if kind == "rename":
        change(what, name=value)
    elif kind == "status":
        change(what, status=value)
    elif kind == "catch up":
        indexing.catch_up(limit=int(value))
    else:
        with transaction() as session:
            shop = factories.shop(what)
            shop.status = value
            handlers.mark(list(session.scalars(select(Product.id).where(Product.shop_id == shop.id))), at=AT)


def test_an_index_in_the_database_that_is_gone_is_noticed_and_made_anew(app: Flask) -> None:
    app.extensions["desamart"] = replace(app.extensions["desamart"], search_url="database:")
    with app.app_context():
        assert engine.find("kerupuk ikan") is None
        rebuilding.rebuild()
        assert engine.find("kerupuk ikan")
        with transaction() as session:
            slot = slots.touch(session)
            session.connection().exec_driver_sql(f"DROP TABLE search_{slot}_document")
            session.connection().exec_driver_sql(f"DROP TABLE IF EXISTS search_{slot}_text")
        assert engine.find("kerupuk ikan") is None
        assert queries.divergence() != []
        indexing.catch_up()
        assert len(engine.find("kerupuk ikan") or ()) == 1
        assert queries.divergence() == []


def test_a_write_that_fails_leaves_marks_and_documents_as_they_were(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["desamart"] = replace(app.extensions["desamart"], search_url="database:")
    with app.app_context():
        rebuilding.rebuild()
        number = change(cast.CHIPS, name="Tahan Banting")
        with monkeypatch.context() as patch:
            patch.setattr(search_marks, "take_off", lambda *_: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                indexing.catch_up()
        assert marks() == [number] and engine.find("tahan banting") == [] and engine.find("pisang cokelat")
        indexing.catch_up()
        assert marks() == [] and engine.find("tahan banting") == [number]


def test_who_asks_while_the_slots_change_is_answered_from_the_new_one(app: Flask) -> None:
    app.extensions["desamart"] = replace(app.extensions["desamart"], search_url="database:")
    with app.app_context():
        rebuilding.rebuild()
    with app.test_request_context("/produk", environ_overrides={unchanged.KEY: "before the change"}):
        found = engine.find("kerupuk ikan")
        rebuilding.rebuild()
        engine.forget()
        assert found and engine.find("kerupuk ikan") == found
