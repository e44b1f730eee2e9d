"""Runs everything that must hold before a change is good (`make test`), and says what came of it.

    python -m tests.run [--only check|common|sqlite|postgresql|browser]… [-- arguments for pytest]

First the checks of the sources, then the tests that need no database, then the suite on both engines at once,
then the browser on both. The last line is always `N passed, N failed`; it ends with 0 only if nothing failed,
was skipped or was left out. With arguments for pytest (`-- -k cart`), a group may have no test to run.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.groups import ARCHITECTURE, BROWSERS, CHECKS, COMMON, ENGINES, Check, Group, Result, judged
from tests.postgres import GIVEN, Cluster, Missing
from tests.scratch import scratch_folder
from tests.tally import Tally

PROJECT = Path(__file__).resolve().parent.parent
PROGRESS_EVERY = 15.0
ONLY = ("check", "common", "sqlite", "postgresql", "browser")


class Session:
    """A group of tests while it runs."""

    def __init__(self, group: Group, folder: Path, extra: list[str], environment: dict[str, str]) -> None:
        self.group = group
        self.selective = bool(extra)
        self.tally = folder / f"{group.name}.json"
        self.output = folder / f"{group.name}.txt"
        command = group.command(self.tally, folder / group.name, extra)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=environment | {"DESAMART_TEST_ENGINE": group.engine},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def progress(self) -> str:
        """How far it is."""
        tally = Tally.read(self.tally)
        return f"{self.group.name} {tally.counted}/{tally.expected}"

    def result(self) -> Result:
        """What came of it, once it has ended."""
        return judged(self.group, self.process.returncode, Tally.read(self.tally), self.selective)


def main() -> int:
    """Run what the arguments ask for; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="python -m tests.run")
    parser.add_argument("--only", choices=ONLY, action="append", help="only this part (may be repeated)")
    parser.add_argument("extra", nargs="*", metavar="-- …", help="arguments for pytest")
    wanted = parser.parse_args()
    only = set(wanted.only or ONLY)
    began = time.monotonic()
    results = [checked(check) for check in CHECKS] if "check" in only and not wanted.extra else []
    results += tested(rounds(only), wanted.extra)
    return report(results, time.monotonic() - began)


def rounds(only: set[str]) -> list[list[Group]]:
    """The groups to run, those of one round at the same time."""
    first = [COMMON] if "common" in only else [ARCHITECTURE] if "check" in only else []
    engines = [group for group in ENGINES if group.name in only]
    browsers = list(BROWSERS) if "browser" in only else []
    return [groups for groups in (first, engines, browsers) if groups]


def checked(check: Check) -> Result:
    """Run one check; what it says is shown when it is not content."""
    announce(check.name)
    began = time.monotonic()
    done = subprocess.run(
        check.command, cwd=PROJECT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    tally = Tally(passed=int(not done.returncode), failed=int(bool(done.returncode)), expected=1)
    tally.seconds = time.monotonic() - began
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
        return Result(check.name, tally, (f"ended with {done.returncode}",))
    return Result(check.name, tally)


def tested(plan: list[list[Group]], extra: list[str]) -> list[Result]:
    """Run the rounds, with the servers they need; what a group wrote is shown when it is not in order."""
    results: list[Result] = []
    groups = [group for together in plan for group in together]
    with ExitStack() as stack:
        folder = scratch_folder("desamart-test-")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = dict(os.environ)
        try:
            if any(group.browser for group in groups) and not shutil.which("chromium"):
                raise Missing("Chromium is not installed: apt-get install chromium")
            if any(group.engine == "postgresql" for group in groups):
                environment[GIVEN] = stack.enter_context(Cluster()).url
        except Missing as missing:
            return [Result("preparation", Tally(), (str(missing),))]
        for together in plan:
            results += run_together(together, folder, extra, environment)
    return results


def run_together(
    groups: list[Group], folder: Path, extra: list[str], environment: dict[str, str]
) -> list[Result]:
    """Run the groups at the same time, telling now and then how far they are."""
    announce(", ".join(group.name for group in groups))
    sessions = [Session(group, folder, extra, environment) for group in groups]
    try:
        told = time.monotonic()
        while any(session.process.poll() is None for session in sessions):
            time.sleep(0.2)
            if time.monotonic() - told > PROGRESS_EVERY:
                told = time.monotonic()
                print("    " + " · ".join(session.progress for session in sessions), flush=True)
    finally:
        for session in sessions:
            session.process.kill()
            session.process.wait()
    results = [session.result() for session in sessions]
    for session, result in zip(sessions, results, strict=True):
        if result.problems:
            print(f"\n──── {result.name} " + "─" * 60, flush=True)
            print(session.output.read_text(errors="replace"), flush=True)
    return results


def report(results: list[Result], seconds: float) -> int:
    """Print the totals; the exit code."""
    passed = sum(result.tally.passed for result in results)
    failed = sum(result.failed for result in results)
    if not passed + failed:
        failed = 1
        print("\nNot one test ran.")
    row = "{:<22}{:>8}{:>8}{:>9}{:>10}".format
    print("\n" + row("", "passed", "failed", "skipped", "seconds"))
    for result in results:
        tally = result.tally
        print(row(result.name, tally.passed, result.failed, tally.skipped, f"{tally.seconds:.1f}"))
    skipped = sum(result.tally.skipped for result in results)
    print(row("total", passed, failed, skipped, f"{seconds:.1f}") + "\n")
    for result in results:
        for problem in result.problems:
            print(f"{result.name}: {problem}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def announce(what: str) -> None:
    """Say what begins."""
    print(f"==> {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
