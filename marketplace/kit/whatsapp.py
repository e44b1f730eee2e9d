"""Decides how a link looks that opens WhatsApp with a message ready to send."""

from urllib.parse import quote


def whatsapp_link(phone: str, text: str) -> str:
    """The address that opens a chat with `phone` (E.164, like +6281234567890), `text` written but not sent.

    WhatsApp wants the number as bare digits with the country's code: https://faq.whatsapp.com/5913398998672934.
    """
    digits = "".join(sign for sign in phone if sign in "0123456789")
    return f"https://wa.me/{digits}?text={quote(text, safe='')}"
