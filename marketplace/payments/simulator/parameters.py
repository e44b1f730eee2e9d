"""Decides what a well-formed request to Stripe is: form keys become a tree, the tree is held against a table.

Stripe's own wording is used for refusals where it is known (see docs/stripe-simulator.md).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

Tree = dict[str, Any]

_KEY = re.compile(r"[^\[\]]+|\[[^\[\]]*\]")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Refusal(Exception):
    """Stripe says no: HTTP status, error type, code, words, and the parameter meant."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "code": code, "message": message, "param": param}

    @property
    def body(self) -> Tree:
        """The answer's body, in the shape of https://docs.stripe.com/api/errors."""
        return {"error": {name: value for name, value in self.error.items() if value is not None}}


def tree_of(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Turns form pairs such as `a[b][0]=x` into `{"a": {"b": {"0": "x"}}}`; the table knows the lists."""
    tree: Tree = {}
    for key, value in pairs:
        parts = [part.strip("[]") for part in _KEY.findall(key)]
        if not parts or "".join(_KEY.findall(key)) != key:
            raise Refusal(f"Invalid parameter name: {key}", param=key)
        _plant(tree, parts, value, key)
    return tree


def _plant(tree: Tree, parts: list[str], value: str, key: str) -> None:
    for part in parts[:-1]:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise Refusal(f"Invalid object: {key}", param=key)
    tree[parts[-1] or str(len(tree))] = value


class Rule(Protocol):
    """Reads one value or refuses it."""

    def read(self, value: Any, name: str) -> Any:
        """The typed value of the parameter called `name`; raises Refusal."""


@dataclass(frozen=True)
class Text:
    """A piece of text up to a length."""

    longest: int = 5000

    def read(self, value: Any, name: str) -> str:
        """Refuses an empty text, a structure, or too many characters."""
        if not isinstance(value, str):
            raise Refusal(f"Invalid string: {value}", param=name)
        if not value:
            raise Refusal(
                f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset "
                f"a parameter; however '{name}' cannot be unset. You should remove '{name}' from your "
                "request or supply a non-empty value.",
                code="parameter_invalid_empty",
                param=name,
            )
        if len(value) > self.longest:
            raise Refusal(f"Invalid string: must be at most {self.longest} characters", param=name)
        return value


@dataclass(frozen=True)
class Integer:
    """A whole number in plain ASCII digits, at most 18 of them, from `least` up."""

    least: int | None = None

    def read(self, value: Any, name: str) -> int:
        """Refuses 12.5, 1e3 and the like, and anything below `least`."""
        if not isinstance(value, str) or not _INTEGER.fullmatch(value):
            raise Refusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        number = int(value)
        if self.least is not None and number < self.least:
            raise Refusal(
                f"This value must be greater than or equal to {self.least}.",
                code="parameter_invalid_integer",
                param=name,
            )
        return number


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Any, name: str) -> str:
        """Refuses every other word, naming the right ones."""
        if value not in self.words:
            raise Refusal(f"Invalid {name}: must be one of {', '.join(self.words)}", param=name)
        return str(value)


@dataclass(frozen=True)
class Address:
    """A web address."""

    def read(self, value: Any, name: str) -> str:
        """Refuses anything that is not an absolute http(s) address of at most 5000 characters."""
        text = Text(longest=100_000).read(value, name)
        if len(text) > 5000:
            raise Refusal("Invalid URL: URL must be 5000 characters or less.", param=name)
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Refusal("Not a valid URL", code="url_invalid", param=name)
        return text


@dataclass(frozen=True)
class Email:
    """An e-mail address."""

    def read(self, value: Any, name: str) -> str:
        """Refuses what has no name, no @ or no domain."""
        text = Text(longest=800).read(value, name)
        if not _EMAIL.fullmatch(text):
            raise Refusal(f"Invalid email address: {text}", code="email_invalid", param=name)
        return text


@dataclass(frozen=True)
class Metadata:
    """Up to 50 notes of the merchant's own: keys up to 40 characters, values up to 500."""

    def read(self, value: Any, name: str) -> dict[str, str]:
        """Refuses more or longer notes, and notes within notes."""
        if not isinstance(value, dict) or not all(isinstance(note, str) for note in value.values()):
            raise Refusal("Invalid metadata: must be a flat hash of strings", param=name)
        if len(value) > 50 or any(len(key) > 40 for key in value):
            raise Refusal("Metadata can have up to 50 keys, with names up to 40 characters long.", param=name)
        if any(len(note) > 500 for note in value.values()):
            raise Refusal("Metadata values can have up to 500 characters.", param=name)
        return dict(value)


@dataclass(frozen=True)
class ListOf:
    """Numbered entries of one kind."""

    entry: Rule
    most: int

    def read(self, value: Any, name: str) -> list[Any]:
        """Refuses what is not numbered 0, 1, 2 … or has too many entries."""
        if not isinstance(value, dict) or set(value) != {str(number) for number in range(len(value))}:
            raise Refusal("Invalid array", param=name)
        if len(value) > self.most:
            raise Refusal(f"Too many {name}: at most {self.most} are allowed", param=name)
        return [self.entry.read(value[str(number)], f"{name}[{number}]") for number in range(len(value))]


@dataclass(frozen=True)
class Hash:
    """Named fields, some of which must be there."""

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()

    def read(self, value: Any, name: str) -> Tree:
        """Refuses an unknown field and a missing one."""
        if not isinstance(value, dict):
            raise Refusal("Invalid object", param=name)
        for field in value:
            if field not in self.fields:
                full = _within(name, field)
                raise Refusal(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
        for field in self.required:
            if field not in value:
                full = _within(name, field)
                raise Refusal(f"Missing required param: {full}.", code="parameter_missing", param=full)
        return {field: self.fields[field].read(value[field], _within(name, field)) for field in value}


def _within(name: str, field: str) -> str:
    return f"{name}[{field}]" if name else field
