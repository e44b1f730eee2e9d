"""The totals of `make test` are true: nothing that did not succeed can look like success."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.groups import COMMON, judged
from tests.run import report
from tests.tally import Tally

PASSES = "def test_it(): pass\n"


def tally_of(folder: Path, source: str) -> tuple[int, Tally]:
    """Run pytest with the counting plugin on one file, as `tests.run` does."""
    (folder / "test_sample.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "tests.tally", "--tally", str(folder / "tally.json")]
    # The warning-as-error settings of this project do not matter for what is counted.
    options = [
        "-c",
        "/dev/null",
        f"--rootdir={folder}",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",
    ]
    done = subprocess.run([*command, *options, str(folder)], capture_output=True, check=False)
    return done.returncode, Tally.read(folder / "tally.json")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("def test_it(): assert 0\n", "1 failed"),
        ("import pytest\ndef test_it(): pytest.skip('later')\n", "1 skipped"),
        ("import pytest\npytest.skip('later', allow_module_level=True)\n", "1 skipped"),
        ("import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0\n", "1 skipped"),
        ("def test_it(request): request.addfinalizer(lambda: 1 / 0)\n", "1 failed"),
        ("import pytest\n@pytest.fixture\ndef no(): 1 / 0\ndef test_it(no): pass\n", "1 failed"),
        ("import nowhere_to_be_found\n", "1 failed"),
        (PASSES + "import os\ndef test_next(): os._exit(0)\n", "1 never came to an end"),
        ("", "not one test ran"),
    ],
)
def test_a_group_is_in_order_only_if_every_test_passed(tmp_path: Path, source: str, problem: str) -> None:
    code, tally = tally_of(tmp_path, source)
    result = judged(COMMON, code, tally, selective=False)
    assert any(problem in told for told in result.problems), (result, tally)
    assert result.failed >= 1


def test_a_group_whose_tests_all_passed_is_in_order(tmp_path: Path) -> None:
    code, tally = tally_of(tmp_path, PASSES + "def test_other(): pass\n")
    assert judged(COMMON, code, tally, selective=False).problems == ()
    assert (tally.passed, tally.failed, tally.skipped) == (2, 0, 0)


def test_the_last_line_tells_failures_and_the_exit_code_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    good = judged(COMMON, 0, Tally(passed=7, expected=7), selective=False)
    skipping = judged(COMMON, 0, Tally(passed=3, skipped=1, expected=4), selective=False)
    assert report([good], 1.0) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed"
    assert report([good, skipping], 1.0) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "10 passed, 1 failed"
    assert report([], 0.0) == 1
