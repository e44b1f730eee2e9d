"""Counts what a session of tests did, from pytest's own reports, into a file that `tests.run` adds up.

A pytest plugin: `-p tests.tally --tally FILE`. Each test counts once, by the worst of its set-up, call and
tear-down. The file is written anew after each test, so that a session that dies has told how far it came.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

WORST = ("passed", "skipped", "failed")


@dataclass
class Tally:
    """Totals of one group; `expected` tests were collected, and `seconds` went by."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    expected: int = 0
    seconds: float = 0.0

    @property
    def counted(self) -> int:
        """Tests that came to an end."""
        return self.passed + self.failed + self.skipped

    @classmethod
    def read(cls, path: Path) -> "Tally":
        """The totals in the file; all zero when the session never began to count."""
        return cls(**json.loads(path.read_text())) if path.exists() else cls()


class TallyPlugin:
    """Listens to one session."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.began = time.monotonic()
        self.outcomes: dict[str, str] = {}
        self.broken = 0
        self.expected = 0

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read is a failure; a file that skips itself is a skip."""
        if report.failed:
            self.broken += 1
        elif report.skipped:
            self.outcomes[report.nodeid] = "skipped"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many tests there are to do."""
        self.expected = len(session.items)
        self._write()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test. Expected failures count as skipped: they did not show what they claim."""
        outcome = "skipped" if hasattr(report, "wasxfail") and not report.failed else report.outcome
        before = self.outcomes.get(report.nodeid, "passed")
        self.outcomes[report.nodeid] = max(before, outcome, key=WORST.index)
        if report.when == "teardown":
            self._write()

    def pytest_sessionfinish(self) -> None:
        """The last word."""
        self._write()

    def _write(self) -> None:
        seen = list(self.outcomes.values())
        totals = Tally(
            passed=seen.count("passed"),
            failed=seen.count("failed") + self.broken,
            skipped=seen.count("skipped"),
            expected=self.expected,
            seconds=time.monotonic() - self.began,
        )
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(totals)))
        fresh.replace(self.path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--tally FILE`: where the totals go."""
    parser.addoption("--tally", type=Path, help="write the totals of this session into the file")


def pytest_configure(config: pytest.Config) -> None:
    """Count only where asked to."""
    if path := config.getoption("tally"):
        config.pluginmanager.register(TallyPlugin(path), "desamart-tally")
