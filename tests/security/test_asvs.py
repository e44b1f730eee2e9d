"""The table of OWASP's ASVS 5.0.0 in docs/security.md is whole, and each test that it names is there."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
PAPER = TESTS.parent / "docs" / "security.md"
# How many requirements of each level the standard has, and those of OAuth and WebRTC, which stand in a line.
OF_LEVEL, NOT_LISTED = {"1": 70, "2": 183}, {"1": 5, "2": 31}
CHAPTERS = (
    "Signing in", "Sessions", "Access", "Fields", "Input", "Limits", "Files", "Keys", "Data", "Libraries",
    "Logs", "Scanners", "ASVS 5.0.0",
)  # fmt: skip


class Item(NamedTuple):
    """A row: its number, level, our words for it, how it is met, and the test or why there is none."""

    number: str
    level: str
    words: str
    how: str
    shown: str

    @property
    def standing(self) -> str:
        """`met`, `not met`, `operator` or `out`."""
        return "met" if "::" in self.shown else self.shown.partition(":")[0].strip("* ")


def table() -> list[Item]:
    """The rows of the paper."""
    lines = re.findall(
        r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.*?) \| (.*?) \| (.*?) \|$", PAPER.read_text(), re.MULTILINE
    )
    return [Item(*line) for line in lines]


def test_every_requirement_of_levels_1_and_2_has_one_row() -> None:
    numbers = [item.number for item in table()]
    assert len(set(numbers)) == len(numbers)
    listed = Counter(item.level for item in table())
    assert {level: listed[level] + NOT_LISTED[level] for level in OF_LEVEL} == OF_LEVEL


def test_every_row_is_met_by_a_test_or_says_why_not() -> None:
    assert {item.standing for item in table()} <= {"met", "not met", "operator", "out"}
    assert all(len(item.shown.partition(":")[2]) > 5 for item in table())


@pytest.mark.parametrize("level", ["1", "2"])
def test_the_sums_are_those_of_the_table(level: str) -> None:
    found = Counter(item.standing for item in table() if item.level == level)
    inside = sum(found.values()) - found["out"]
    assert f"Level {level}: {found['met']} of {inside}" in PAPER.read_text()


def test_each_named_test_is_there() -> None:
    missing = []
    for item in table():
        if item.standing == "met":
            path, _colons, name = item.shown.strip("`").partition("::")
            source = TESTS / path
            if not source.exists() or f"def {name}(" not in source.read_text():
                missing.append((item.number, item.shown))
    assert missing == []


def test_the_paper_has_its_chapters() -> None:
    headings = re.findall(r"^## (.+)$", PAPER.read_text(), re.MULTILINE)
    assert [chapter for chapter in CHAPTERS if chapter not in headings] == []
