"""What others hold for too long: a visitor is told so, reads on, and loses nothing that was typed."""

import fcntl
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import func, literal, select, update
from sqlalchemy.exc import DBAPIError

from marketplace.accounts.models import SignIn
from marketplace.extensions import db
from marketplace.kit import patience, turns
from marketplace.kit.clock import now
from marketplace.kit.patience import Patience
from marketplace.kit.queueing import Queue
from marketplace.kit.rows import ask
from marketplace.kit.transaction import append, transaction
from marketplace.operations import proofs
from marketplace.orders.models import Cart, Order
from tests import cast
from tests.factories import AT
from tests.shopper import Shopper, path_of

BUSY = "sedang ramai sekali"
WRITTEN = "cart, cart_line, variant"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "VISITOR", Patience(lock=1, statement=30, idle=120))


@contextmanager
def held(app: Flask, *, all_of: str = WRITTEN) -> Iterator[None]:
    """Within the block somebody else, who does not move, holds what every order and basket needs."""
    with app.app_context():
        address = db.engine.url
        db.engine.dispose()
    if address.get_backend_name() == "postgresql":
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as other:
            other.execute(f"LOCK TABLE {all_of} IN EXCLUSIVE MODE")
            yield
        return
    with Path(f"{address.database}.giliran").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@contextmanager
def opened_by_others(app: Flask) -> Iterator[None]:
    """The same, but by a program that knows nothing of our turns."""
    with app.app_context():
        address = db.engine.url
    if address.get_backend_name() == "postgresql":
        with held(app):
            yield
        return
    other = sqlite.connect(str(address.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.parametrize("holding", [held, opened_by_others])
def test_who_meets_a_lock_is_told_so_and_keeps_what_was_typed(
    app: Flask, holding: Callable[[Flask], AbstractContextManager[None]]
) -> None:
    buyer = Shopper(app.test_client())
    buyer.take(cast.CHIPS)
    with holding(app):
        refused = buyer.checkout(nama="Bu Wayan")
        assert refused.status_code == 503 and BUSY in refused.text
        assert 'action="/checkout"' in refused.text and "Bu Wayan" in refused.text
        page = buyer.take(cast.COFFEE)
        assert page.status_code == 503 and BUSY in page.text
        for address in ("/", "/produk", f"/produk/{cast.CHIPS}", "/keranjang"):
            assert buyer.get(address).status_code == 200, address
    assert path_of(buyer.checkout(nama="Bu Wayan")).startswith("/pesanan/DM-")
    with app.app_context():
        assert db.session.scalar(select(func.count(Order.id))) == 1
        assert proofs.prove(at=AT).holds


def test_the_worker_and_commands_wait_longer(app: Flask) -> None:
    def work() -> None:
        with app.app_context(), transaction():
            append(Cart, {"token_hash": "of the worker", "user_id": None, "updated_at": AT})

    buyer = Shopper(app.test_client())
    buyer.token()
    with ThreadPoolExecutor(1) as worker:
        with held(app):
            done = worker.submit(work)
            # As long as a visitor waits, and a second one after that.
            assert [buyer.take(cast.COFFEE).status_code for _time in range(2)] == [503, 503]
            assert not done.done()
        done.result()


def test_nobody_waits_in_a_queue_for_ever() -> None:
    queue = Queue(1)
    with queue.entered():
        for _time in range(2):
            with pytest.raises(patience.Busy), queue.entered(within=0.01):
                raise AssertionError
        assert not queue._waiting
    with queue.entered(within=0.01):
        assert queue._free == 0
    assert queue._free == 1


def test_nothing_is_committed_behind_a_failure_that_was_passed_over(app: Flask) -> None:
    row: dict[str, object] = {"token_hash": "a", "user_id": None, "updated_at": AT}
    with app.app_context():
        with pytest.raises(RuntimeError, match="passed over"):
            _pass_over_a_failure_behind(row)
        with transaction():
            append(Cart, row)


def _pass_over_a_failure_behind(row: dict[str, object]) -> None:
    again = "INTO cart (token_hash, updated_at) SELECT token_hash, updated_at FROM cart"
    fails = {"postgresql": f"INSERT {again}", "sqlite": f"INSERT OR ROLLBACK {again}"}
    with transaction() as session:
        append(Cart, row)
        with suppress(DBAPIError):
            session.connection().exec_driver_sql(fails[db.engine.dialect.name])


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C is heard, also where the tests were started in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_who_is_stopped_in_the_middle_leaves_no_answers_to_the_next(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            _ask_until_stopped()
        for number in (41, 42):
            with transaction():
                assert ask(select(literal(number))).scalar() == number


def _ask_until_stopped() -> None:
    asleep = select(func.pg_sleep(2) if db.engine.dialect.name == "postgresql" else literal(1))
    main = threading.get_ident()
    stop = threading.Timer(0.5, lambda: signal.pthread_kill(main, signal.SIGINT))
    with transaction():
        stop.start()
        ask(asleep).all()
        stop.join()


def test_who_comes_long_after_others_gave_up_waits_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "HASTY", 0.1)
    turns.listen()
    path = tmp_path / "turn"
    turn = turns.Turn(str(path))
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(patience.Busy), turn.held(0.1):
            raise AssertionError
        time.sleep(0.2)
        soon = threading.Timer(1, lambda: fcntl.flock(other, fcntl.LOCK_UN))
        soon.start()
        with turn.held(5):
            soon.join()


def test_who_is_signed_in_reads_on_too(app: Flask) -> None:
    buyer = Shopper(app.test_client())
    buyer.sign_in(cast.BUYER)
    with app.app_context(), transaction() as session:
        session.execute(update(SignIn).values(seen_at=now() - timedelta(minutes=5)))
    with held(app, all_of=SignIn.__tablename__):
        for address in ("/", f"/produk/{cast.CHIPS}", "/akun"):
            assert buyer.get(address).status_code == 200, address
