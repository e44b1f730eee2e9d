"""Pages go packed to who takes that, and are the same page; nothing is packed twice."""

import gzip

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from marketplace.kit import packing


@pytest.mark.parametrize(
    ("accepted", "way"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("identity", None),
        ("", None),
    ],
)
def test_the_browser_says_how_it_is_packed(accepted: str, way: str | None) -> None:
    assert packing.packing(accepted) == way


def test_a_packed_page_is_the_same_page(client: FlaskClient) -> None:
    client.set_cookie("desamart", "unknown")
    plain = client.get("/lacak")
    assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]
    for way, unpacked in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = client.get("/lacak", headers={"Accept-Encoding": way})
        assert packed.headers["Content-Encoding"] == way and unpacked(packed.data) == plain.data
        assert len(packed.data) * 2 < len(plain.data) and packed.content_length == len(packed.data)


def test_what_comes_in_portions_goes_on_in_portions(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Encoding": "br, gzip"}):
        told = (f'{{"number": {number}}}\n'.encode() * 100 for number in range(50))
        answer = app.process_response(Response(told, content_type="application/json"))
        assert answer.is_streamed and answer.headers["Content-Encoding"] == "br"
        assert brotli.decompress(b"".join(answer.response)).count(b"\n") == 5_000  # type: ignore[arg-type]


def test_pictures_and_what_is_packed_already_are_left_alone(app: Flask) -> None:
    whole = b"x" * 2_000
    with app.test_request_context(headers={"Accept-Encoding": "br, gzip"}):
        for answer in (
            Response(whole, content_type="image/webp"),
            Response(whole, content_type="text/html", headers={"Content-Encoding": "identity"}),
            Response(whole[:100], content_type="text/html"),
        ):
            assert app.process_response(answer).data == answer.data == whole[: len(answer.data)]


def test_the_tag_of_a_packed_answer_is_its_own(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Encoding": "br"}):
        answer = Response("x" * 2_000, content_type="text/html")
        answer.set_etag("one")
        tag = app.process_response(answer).headers["ETag"]
    assert tag == '"one:br"'
    with app.test_request_context(headers={"Accept-Encoding": "br", "If-None-Match": tag}):
        answer = Response("x" * 2_000, content_type="text/html")
        answer.set_etag("one")
        assert app.process_response(answer).status_code == 304


def test_nobody_fills_the_memory_with_what_they_like(client: FlaskClient) -> None:
    before = packing.packing.cache_info().currsize
    answer = client.get("/produk", headers={"Accept-Encoding": f"gzip, {'x' * 5_000}"})
    assert "Content-Encoding" not in answer.headers
    assert packing.packing.cache_info().currsize == before
