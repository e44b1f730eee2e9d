"""Decides which addresses a redirect may go to: pages of this site, named by their path."""

from urllib.parse import urlsplit

HOME = "/"
LONGEST = 2000


def local_path(text: str | None, otherwise: str = HOME) -> str:
    """The path, if it is one of this site; `otherwise` for anything that browsers may read as another site.

    Browsers take `\\` for `/`, drop tabs and line ends, and read `//host` as another site.
    """
    if not text or len(text) > LONGEST or not text.startswith("/") or text.startswith("//"):
        return otherwise
    if "\\" in text or not text.isprintable():
        return otherwise
    try:
        parts = urlsplit(text)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else text
