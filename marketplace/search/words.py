"""Decides what a word is: small ASCII letters or digits, the same for what is sold and for what is asked.

There is no stemming. Stemmers for Indonesian damage the words this shop lives on ("keripik" becomes "ripik",
"terasi" becomes "asi", "rambutan" becomes "rambut"), and a wrong merge shows wrong goods. What people type
differently is covered by synonyms, by the beginning of the last word, and by one-letter slips instead.
"""

import re
import unicodedata

MOST_LETTERS = 200
MOST_WORDS = 8
_WORD = re.compile(r"[a-z]+|[0-9]+")


def words(text: str) -> list[str]:
    """All words of a text in order: "Keripik Pisang 250g" gives keripik, pisang, 250, g. May be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _WORD.findall(plain)


def asked(text: str) -> list[str]:
    """The words of a question; of a very long one only the beginning."""
    return words(text[:MOST_LETTERS])[:MOST_WORDS]


def slips(word: str) -> set[str]:
    """All words one slip away: a letter too many, too few, wrong, or two neighbours swapped."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    halves = [(word[:cut], word[cut:]) for cut in range(len(word) + 1)]
    missing = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    wrong = {left + letter + right[1:] for left, right in halves if right for letter in letters}
    more = {left + letter + right for left, right in halves for letter in letters}
    return (missing | swapped | wrong | more) - {word}
