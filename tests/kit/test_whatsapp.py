"""Links that open WhatsApp carry bare digits and the whole message."""

from urllib.parse import parse_qs, urlsplit

from marketplace.kit.whatsapp import whatsapp_link


def test_the_number_is_bare_digits_and_the_message_arrives_whole() -> None:
    text = "Halo Budi & Ayu,\nRp36.000? 100% ya #1 / “siap” https://desamart.test/a?b=c"
    link = urlsplit(whatsapp_link("+62 812-3456-7890", text))
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/6281234567890")
    assert parse_qs(link.query) == {"text": [text]}
    assert not link.fragment
