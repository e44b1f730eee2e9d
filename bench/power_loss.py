"""Shows what a power cut leaves of acknowledged orders: `python -m bench.power_loss [--cuts 400]` (SQLite).

A writer places orders through the marketplace's own code while strace records what it writes and syncs. Then
the power is cut at random points: the files are put together again from what was synced by then, and from a
chance selection of what was not, whole or torn. Each survivor must open, be sound, hold every acknowledged
order, and pass the proofs. `--synchronous OFF` shows that the method finds losses: it must fail. Needs strace
(apt-get install strace).
"""

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from pysqlite3 import dbapi2 as sqlite

from bench import aftermath, disk, system_calls, world
from bench.disk import Call
from bench.writer import FILE, settings
from marketplace.extensions import db
from tests.scratch import scratch_folder

SEED = 20261122
CALLS = "openat,unlink,unlinkat,pwrite64,write,fsync,fdatasync,ftruncate"


@click.command()
@click.option("--orders", default=120, help="Orders to place.")
@click.option("--cuts", default=400, help="Power cuts to play.")
@click.option("--synchronous", type=click.Choice(("FULL", "NORMAL", "OFF")), default="FULL")
def main(orders: int, cuts: int, synchronous: str) -> None:
    """Print counts and a verdict; exit 1 if anything acknowledged was lost, torn or does not add up."""
    with world.stocked("sqlite") as stock:
        base = _settled(stock.folder / FILE)
        calls = disk.read(_recorded(stock.folder, orders, synchronous), stock.folder)
    told = sum(call.kind == "told" for call in calls)
    syncs = sum(call.kind == "sync" for call in calls)
    click.echo(
        f"sqlite, synchronous={synchronous}: {told} orders acknowledged, {len(calls)} calls, {syncs} syncs"
    )
    bad = _cut_often(base, calls, cuts)
    for problem in [problem for problems in bad for problem in problems][:20]:
        click.echo(f"FAILED: {problem}")
    click.echo(f"{cuts} power cuts: {len(bad)} lost or damaged something" + ("" if bad else "; all is well"))
    sys.exit(1 if bad or told < orders else 0)


def _settled(path: Path) -> bytes:
    """Bring everything into the database file, so that it alone is the state before the first order."""
    connection = sqlite.connect(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    connection.close()
    return path.read_bytes()


def _recorded(folder: Path, orders: int, synchronous: str) -> Path:
    """Let the writer place its orders under strace; where the recording lies."""
    record = folder / "calls"
    watch = f"{system_calls.needed()} -y -xx -s 1000000 -e trace={CALLS} -o {record}".split()
    writer = f"{sys.executable} -m bench.writer {folder} {orders} {synchronous}".split()
    subprocess.run([*watch, *writer], check=True, stdin=subprocess.DEVNULL)
    return record


def _cut_often(base: bytes, calls: Sequence[Call], cuts: int) -> list[list[str]]:
    """Cut the power often; what is wrong with each survivor that is not as it should be."""
    chance = random.Random(SEED)  # noqa: S311 - the same cuts in every run
    acknowledgements = [place + 1 for place, call in enumerate(calls) if call.kind == "told"]
    found, mercies = [], Counter[str]()
    folder = scratch_folder("desamart-cut-")
    try:
        with world.opened(settings(folder)):
            for number in range(cuts):
                mercy = disk.MERCIES[number // 2 % len(disk.MERCIES)]
                # Every other cut comes right behind an acknowledgement, where a lie would show first.
                cut = chance.choice(acknowledgements) if number % 2 else chance.randrange(1, len(calls) + 1)
                _put_together(folder, base, calls[:cut], mercy, chance)
                problems = _examined(folder, [call.text for call in calls[:cut] if call.kind == "told"])
                found += [[f"cut {cut}, {mercy}: {problem}" for problem in problems]] if problems else []
                mercies[mercy] += 1
    finally:
        shutil.rmtree(folder)
    click.echo("survived: " + ", ".join(f"{mercy} ({times} cuts)" for mercy, times in mercies.items()))
    return found


def _put_together(
    folder: Path, base: bytes, calls: Sequence[Call], mercy: str, chance: random.Random
) -> None:
    """Fill the folder with what is left after these calls, and with nothing else."""
    files = disk.Disk({FILE: base})
    for call in calls:
        files.take(call)
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
    for name, content in files.lose_power(mercy, chance).items():
        (folder / name).write_bytes(content)


def _examined(folder: Path, told: Sequence[str]) -> list[str]:
    """What is wrong with a survivor. The text index is made from the database again, so it is left out."""
    try:
        connection = sqlite.connect(str(folder / FILE))
        sound = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        connection.close()
        return ([] if sound == "ok" else [sound]) + aftermath.look(told, without=("indeks",)).problems
    except Exception as error:  # noqa: BLE001 - a survivor that cannot be read at all is the worst finding
        return [f"cannot be read: {error}"]
    finally:
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
