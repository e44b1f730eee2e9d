"""Somebody in the shop, without JavaScript: opens pages, sends the forms they hold, keeps the cookies."""

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import cast

ADDRESS = {"nama": "Budi", "telepon": "0812 3456 7890", "alamat": "Dusun 2 RT 3", "patokan": "dekat masjid"}


class Shopper:
    """A browser of its own. `post` adds the CSRF token that the pages carry."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        """The CSRF token of this browser, off whichever product can be bought."""
        pages = (self.get(f"/produk/{slug}").text for slug in (cast.CHIPS, cast.COFFEE))
        return hidden(next(page for page in pages if "csrf_token" in page), "csrf_token")

    def sign_in(self, email: str, password: str = cast.PASSWORD, **more: str) -> TestResponse:
        """Sign in on the page for it."""
        return self.post("/masuk", email=email, sandi=password, **more)

    def take(self, slug: str, pieces: str = "1") -> TestResponse:
        """Put pieces of a product into the basket."""
        return self.post("/keranjang", produk=slug, jumlah=pieces)

    def order(self, *slugs: str, pay: str = "cod", to: str = cast.HURUN, **changes: str) -> TestResponse:
        """Take one piece of each and order them, as a program would: only the contract's fields."""
        for slug in slugs:
            self.take(slug)
        return self.checkout(pay=pay, to=to, **changes)

    def checkout(self, *, pay: str = "cod", to: str = cast.HURUN, **changes: str) -> TestResponse:
        """Order what lies in the basket, delivered by the sellers themselves."""
        fields = ADDRESS | {"wilayah": to, "pembayaran": pay}
        fields |= {f"pengiriman-{shop}": "antar" for shop in cast.SHOPS}
        return self.post("/checkout", **{**fields, **changes})


def hidden(page: str, name: str) -> str:
    """The value of the first hidden field of that name in a page."""
    for tag in re.findall(r"<input[^>]*>", page):
        if f'name="{name}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return html.unescape(found[1]) if found else ""
    raise LookupError(f"no field {name} in the page")


def fields_of(page: str, action: str) -> dict[str, str]:
    """What the form with this action would send as it stands: inputs, checked radios, text areas."""
    start = page.index(f'action="{action}"')
    form = page[start : page.index("</form>", start)]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="radio"' not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text).strip()
    return found


def path_of(answer: TestResponse) -> str:
    """Where a redirect leads."""
    assert answer.status_code == 303, answer.text[:500]
    return answer.location
