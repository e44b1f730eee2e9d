"""Counting requests in memory, from many threads."""

import sys
import threading
import time

import pytest
from flask import Flask
from limits.storage import MemoryStorage, storage_from_string

from marketplace.extensions import limiter
from marketplace.kit.request_counts import ADDRESS, ThreadedMemory


def hammer(storage: MemoryStorage) -> list[BaseException]:
    """Count from many threads at once; the errors they met."""
    errors: list[BaseException] = []
    ready = threading.Barrier(16)

    def count() -> None:
        ready.wait()
        try:
            for _ in range(300):
                storage.incr("toko", 60)
        except RuntimeError as error:
            errors.append(error)

    threads = [threading.Thread(target=count) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_many_threads_count_without_an_error_and_lose_nothing() -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        storage = storage_from_string(ADDRESS)
        assert isinstance(storage, MemoryStorage)
        assert hammer(storage) == []
        assert storage.get("toko") == 16 * 300
    finally:
        sys.setswitchinterval(usual)


def test_the_application_counts_in_it(app: Flask) -> None:
    assert isinstance(limiter.storage, ThreadedMemory)


def test_a_count_begins_again_when_its_time_is_over_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage = ThreadedMemory()
    assert [storage.incr("toko", 60) for _ in range(2)] == [1, 2]
    began = time.time()
    monkeypatch.setattr("marketplace.kit.request_counts.time.time", lambda: began + 61)
    assert storage.incr("lain", 60) == 1
    assert set(storage.storage) == {"lain"}
    assert storage.incr("toko", 60) == 1
