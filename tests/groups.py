"""Decides what `make test` consists of: the checks of the sources, and the groups the suite is divided into.

`common` holds the tests that need no database, so they run once; the two engine groups hold all others, so
each of them runs on each engine; the browser's stories run on each engine as well.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tally import Tally

BIN = Path(sys.executable).parent
SUITE = ("tests", "--ignore=tests/browser")


@dataclass(frozen=True)
class Check:
    """A program that reads the sources and ends with 0 when it has nothing to say."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """One session of pytest on one engine."""

    name: str
    engine: str
    arguments: tuple[str, ...]

    @property
    def browser(self) -> bool:
        """Whether Chromium is needed."""
        return self.name.startswith("browser")

    def command(self, tally: Path, basetemp: Path, extra: list[str]) -> list[str]:
        """The words that start the session."""
        fixed = [
            "-p",
            "tests.tally",
            "--tally",
            str(tally),
            "-p",
            "no:cacheprovider",
            f"--basetemp={basetemp}",
        ]
        # The kernel ends the session with the run, even when that is killed.
        bound = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "pytest"]
        return [*bound, *self.arguments, *fixed, *extra]


CHECKS = (
    Check("ruff", (f"{BIN}/ruff", "check", ".")),
    Check("ruff format", (f"{BIN}/ruff", "format", "--check", ".")),
    Check("mypy --strict", (f"{BIN}/mypy", "--strict", "marketplace")),
    Check("djlint", (f"{BIN}/djlint", "--lint", "--quiet", "templates")),
)
ARCHITECTURE = Group("architecture", "sqlite", ("tests/test_architecture.py",))
COMMON = Group("common", "sqlite", (*SUITE, "--part=common"))
ENGINES = tuple(Group(name, name, (*SUITE, "--part=engine")) for name in ("sqlite", "postgresql"))
BROWSERS = tuple(Group(f"browser {group.name}", group.name, ("tests/browser",)) for group in ENGINES)


@dataclass(frozen=True)
class Result:
    """What came of one check or group, and why it is not in order, if it is not."""

    name: str
    tally: Tally
    problems: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """Failures, with one for a group that is not in order although no single test failed."""
        return max(self.tally.failed, 1 if self.problems else 0)


def judged(group: Group, code: int, tally: Tally, selective: bool) -> Result:
    """The result of a session that ended with `code`; `selective` runs may leave a group without a test."""
    problems = []
    if tally.failed:
        problems.append(f"{tally.failed} failed")
    if tally.skipped:
        problems.append(f"{tally.skipped} skipped or expected to fail; nothing may be")
    if tally.counted < tally.expected:
        problems.append(f"{tally.expected - tally.counted} never came to an end")
    if not tally.counted and not selective:
        problems.append("not one test ran")
    if code and not problems and not (selective and code == 5):
        problems.append(f"pytest ended with {code}")
    return Result(group.name, tally, tuple(problems))
