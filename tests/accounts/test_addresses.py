"""A redirect leads to a page of this site or home."""

import pytest

from marketplace.kit.addresses import local_path


@pytest.mark.parametrize(
    "path", ["/", "/pesanan", "/produk?q=kopi&halaman=2", "/checkout?wilayah=18.09.10.2004"]
)
def test_own_pages_are_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "text",
    [None, "", "pesanan", " //x", "//jahat.test", "///jahat.test", "/\\jahat.test", "\\\\jahat.test",
     "https://jahat.test", "http:/jahat.test", "javascript:alert(1)", "/\t/jahat.test", "/\n/jahat.test",
     "/" * 3000, "//[", "/a\x00b"],
)  # fmt: skip
def test_everything_else_leads_home(text: str | None) -> None:
    assert local_path(text) == "/"
