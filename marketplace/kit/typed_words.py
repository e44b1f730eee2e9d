"""Decides how typed words become one line."""


def one_line(text: str | None) -> str:
    """Typed words without control characters; line ends become spaces, several spaces one."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text or "").split())
