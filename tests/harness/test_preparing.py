"""The scripts behind `make run` and `make test` say what the machine lacks, and fail."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PLAIN = ("sh", "dirname", "basename", "cat", "cksum", "grep", "id", "env")


class Machine:
    """A bare machine: only the plainest programs on its path, and the scripts of the project in a folder."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.project = folder / "project"
        shutil.copytree(PROJECT / "scripts", self.project / "scripts")
        for name in ("requirements.lock", "pyproject.toml"):
            shutil.copy(PROJECT / name, self.project)
        self.bin.mkdir()
        for name in PLAIN:
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def has(self, name: str, script: str) -> None:
        """Put a program on the path."""
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text("#!/bin/sh\n" + script)
        (self.bin / name).chmod(0o755)

    def forgets_postgres(self) -> None:
        """Look for PostgreSQL's server on the path only, not where this machine's Debian keeps it."""
        script = self.project / "scripts" / "system-packages"
        script.write_text(script.read_text().replace("/usr/lib/postgresql", "/nowhere"))

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run one of the project's scripts, with nobody at the keyboard."""
        return subprocess.run(
            ["sh", self.project / "scripts" / script],
            env={"PATH": str(self.bin)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A bare machine."""
    return Machine(tmp_path)


def test_without_python_the_packages_to_install_are_named(machine: Machine) -> None:
    done = machine.run("bootstrap")
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr
    assert "memerlukan Python 3.11" in done.stderr


def test_a_python_that_cannot_make_environments_is_not_taken(machine: Machine) -> None:
    machine.has("python3", "exit 1\n")
    assert "python3-venv" in machine.run("bootstrap").stderr
    assert not (machine.project / ".venv").exists()


def test_without_network_the_installation_fails_and_is_not_taken_for_done(machine: Machine) -> None:
    machine.has(
        "python3",
        'case "$*" in *"-m pip"*) exit 1;; *"-m venv"*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python";; esac\n',
    )
    for name in ("mkdir", "cp"):
        (machine.bin / name).symlink_to(shutil.which(name) or name)
    done = machine.run("bootstrap")
    assert done.returncode == 1
    assert "could not be installed" in done.stderr
    assert not list((machine.project / ".venv").glob(".installed-*"))


def test_missing_programs_are_named_where_nothing_can_be_installed(machine: Machine) -> None:
    machine.has("id", "echo 1000\n")
    machine.has("apt-get", "exit 1\n")
    machine.forgets_postgres()
    done = machine.run("system-packages")
    assert done.returncode == 1
    assert "chromium postgresql" in done.stderr
    assert "not root and there is no sudo" in done.stderr


def test_missing_programs_are_installed_after_fetching_the_lists_once_they_are_needed(
    machine: Machine,
) -> None:
    machine.has("id", "echo 0\n")
    machine.forgets_postgres()
    lists, programs = machine.bin / "lists", ("chromium", "pg_config", "initdb")
    for name in programs:
        machine.has(f"{name}.deb", f"echo {machine.bin}\n")
    machine.has(
        "apt-get",
        f'case "$*" in *update*) : >{lists};; *) [ -f {lists} ] || exit 100\n'
        + "".join(
            f"{shutil.which('mv')} {machine.bin}/{name}.deb {machine.bin}/{name}\n" for name in programs
        )
        + ";; esac\n",
    )
    done = machine.run("system-packages")
    assert done.returncode == 0, done.stderr
    assert machine.run("system-packages").stderr == ""


def test_an_installation_that_failed_is_not_taken_for_done(machine: Machine) -> None:
    machine.has("id", "echo 0\n")
    machine.has("apt-get", "exit 100\n")
    machine.forgets_postgres()
    done = machine.run("system-packages")
    assert done.returncode == 1
    assert "apt could not install them" in done.stderr
