"""What a backup holds comes back, all of it and proven; it is taken beside a running shop, by its owner."""

import resource
import stat
import subprocess
import tarfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace import create_app
from marketplace.accounts.models import SignIn
from marketplace.catalog.models import Photo
from marketplace.config import DEMO_STRIPE_KEY, DEMO_WEBHOOK_SECRET, Config
from marketplace.extensions import db
from marketplace.kit import storage
from marketplace.kit.clock import now
from marketplace.kit.columns import Base
from marketplace.kit.transaction import transaction
from marketplace.operations import sweeping, worker
from marketplace.operations.backup import restoring, taking
from marketplace.operations.backup.archive import BackupRefused
from marketplace.orders.models import Order
from marketplace.search.rebuilding import rebuild
from tests import cast, factories
from tests.commands import PROGRAM, environment
from tests.factories import AT
from tests.operations.conftest import Lived
from tests.operations.damages import DAMAGES
from tests.operations.places import empty_place, opened

PICTURE = {"160.webp": b"picture" * 900}


def everything() -> dict[str, list[str]]:
    """Every row of every table but the sessions, which end."""
    db.session.remove()
    tables = [table for table in Base.metadata.sorted_tables if table.name != "sign_in"]
    found = {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}
    db.session.remove()
    return found


def named_photo(folder: Path) -> str:
    """A photo that a product names, kept long ago."""
    key = storage.new_key()
    storage.keep(folder, key, PICTURE)
    with transaction() as session:
        product = factories.product(cast.CHIPS)
        session.add(Photo(product_id=product.id, key=key, position=9, width=4, height=3, added_at=AT))
    return key


def signed_in() -> None:
    with transaction() as session:
        user = factories.person(cast.BUYER)
        session.add(SignIn(token_hash="t", user_id=user.id, started_at=AT, seen_at=AT))


def test_all_that_was_there_is_there_again_and_every_proof_holds(lived: Lived, tmp_path: Path) -> None:
    key, file = named_photo(lived.config.media_dir), tmp_path / "market.tar"
    signed_in()
    worker.drain(at=now())
    before = everything()
    taking.take(file, lived.config, at=AT)
    number = factories.order({cast.CHIPS: 1}).order.number
    with empty_place(lived.config, tmp_path / "second") as there:
        back = restoring.restore(file, there, create_app, at=now())
        assert back.result.holds, back.result.as_text()
        assert (back.remarks, back.manifest.made_at) == ((), AT.isoformat())
        with opened(there):
            assert everything() == before
            assert not db.session.scalar(select(func.count()).where(Order.number == number))
            assert not db.session.scalar(select(func.count()).where(SignIn.ended_at.is_(None)))
            db.session.remove()
        found = storage.locate(there.media_dir, key, "160.webp")
        assert found is not None and found.read_bytes() == PICTURE["160.webp"]
        with pytest.raises(BackupRefused, match="empty place only"):
            restoring.restore(file, there, create_app, at=now())


def test_a_backup_is_read_by_its_owner_only_and_holds_no_secret(lived: Lived, tmp_path: Path) -> None:
    file = tmp_path / "market.tar"
    secret = replace(
        lived.config, smtp_url="smtp://kabar:rahasia-surat@surat.test", redis_url="redis://:rahasia@r"
    )
    taking.take(file, secret, at=AT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = file.read_bytes()
    secrets = (secret.secret_key, DEMO_STRIPE_KEY, DEMO_WEBHOOK_SECRET, "rahasia")
    assert [word for word in secrets if word.encode() in held] == []
    with pytest.raises(BackupRefused, match="not overwritten"):
        taking.take(file, lived.config, at=AT)
    assert file.read_bytes() == held and list(tmp_path.glob(".desamart-*")) == []


def test_a_backup_beside_a_running_shop_is_one_state_and_its_rehearsal_leaves_nothing(
    lived: Lived, tmp_path: Path
) -> None:
    file, before = tmp_path / "market.tar", db.session.scalar(select(func.count(Order.id))) or 0
    db.session.remove()
    command = [str(PROGRAM), "backup", str(file)]
    with subprocess.Popen(command, env=environment(lived.config), stdout=subprocess.PIPE) as running:
        placed = 0
        while running.poll() is None:
            if placed < 25:
                factories.order({cast.COFFEE: 1})
                placed += 1
                db.session.remove()
            time.sleep(0.02)
    assert running.returncode == 0 and placed
    aside = tmp_path / "aside"
    aside.mkdir()
    done = subprocess.run(
        [PROGRAM, "restore", file, "--verify"],
        env=environment(lived.config) | {"TMPDIR": str(aside)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "all proofs hold" in done.stdout, done.stdout + done.stderr
    assert list(aside.iterdir()) == []
    assert db.session.scalar(select(func.count(Order.id))) == before + placed


def test_a_rehearsal_names_the_row_that_was_wrong_already(lived: Lived, tmp_path: Path) -> None:
    damage = next(one for one in DAMAGES if one.proof == "stok")
    with transaction():
        words = damage.do(lived.past)
    taking.take(tmp_path / "market.tar", lived.config, at=AT)
    result = restoring.verify(tmp_path / "market.tar", lived.config, create_app, at=now()).result
    assert not result.holds and words in result.as_text()


def test_nothing_is_thrown_away_while_a_backup_runs(lived: Lived) -> None:
    folder, long_ago = lived.config.media_dir, AT + timedelta(days=400)
    key = storage.new_key()
    storage.keep(folder, key, PICTURE)
    with storage.spared(folder):
        sweeping.sweep(at=long_ago)
        assert storage.locate(folder, key, "160.webp")
    # Whoever takes the backup, root perhaps, leaves nothing that the sweeper may not open.
    assert list(folder.glob(".*")) == []
    sweeping.sweep(at=long_ago)
    assert storage.locate(folder, key, "160.webp") is None


def test_what_others_laid_among_the_files_stays_behind_and_no_folder_is_made(
    config: Config, tmp_path: Path
) -> None:
    key = storage.new_key()
    storage.keep(config.media_dir, key, PICTURE)
    for odd in (".DS_Store", "copy of 160.webp", "old"):
        (config.media_dir / key[:2] / key / odd).mkdir()
    taking.take(tmp_path / "market.tar", config, at=AT)
    with tarfile.open(tmp_path / "market.tar") as tar:
        assert [name for name in tar.getnames() if "media" in name] == [f"media/{key[:2]}/{key}/160.webp"]
    assert not config.permit_dir.exists()
    assert restoring.verify(tmp_path / "market.tar", config, create_app, at=now()).result.holds


def test_what_an_old_database_left_beside_it_refuses_a_restore(config: Config, tmp_path: Path) -> None:
    """SQLite would read the log of one that was moved away into the one that comes in its place."""
    taking.take(tmp_path / "market.tar", config, at=AT)
    with empty_place(config, tmp_path / "second") as there:
        there.data_dir.mkdir()
        left = there.data_dir / ("desamart.sqlite-wal" if there.sqlite else "simulasi.sqlite")
        left.write_bytes(b"rows")
        with pytest.raises(BackupRefused, match=left.name):
            restoring.restore(tmp_path / "market.tar", there, create_app, at=now())
        assert list(there.data_dir.iterdir()) == [left]


def test_the_index_within_the_database_comes_back_with_it(lived: Lived, tmp_path: Path) -> None:
    within = replace(lived.config, search_url="database:")
    with opened(within):
        rebuild()
        db.session.remove()
    taking.take(tmp_path / "market.tar", within, at=AT)
    with empty_place(within, tmp_path / "second") as there:
        back = restoring.restore(tmp_path / "market.tar", there, create_app, at=now())
        assert back.result.holds, back.result.as_text()
        with opened(there) as app:
            assert "keripik" in app.test_client().get("/produk?q=keripik").text.lower()


def test_production_takes_only_what_its_own_key_has_sealed(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "market.tar"
    taking.take(file, config, at=AT)
    other = replace(config, mode="production", secret_key="x" * 40)
    with pytest.raises(BackupRefused, match="--other-key"):
        restoring.verify(file, other, create_app, at=now())
    back = restoring.verify(
        file, replace(config, secret_key="x" * 40, platform_fee_bp=7), create_app, at=now()
    )
    assert back.result.holds
    assert "another DESAMART_SECRET_KEY" in back.remarks[0]
    assert back.remarks[1:] == ("platform_fee_bp is 7 here and was 100 there",)


def test_without_room_there_is_a_sentence_and_no_half_a_backup(config: Config, tmp_path: Path) -> None:
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, allowed[1]))
    try:
        with pytest.raises(BackupRefused, match=r"could not be copied|pg_dump failed"):
            taking.take(tmp_path / "market.tar", config, at=AT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("tool", "said"), [("", "is missing"), ("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n", "9 is older")]
)
def test_only_postgresql_needs_its_tools_and_they_must_know_the_server(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, said: str
) -> None:
    if tool:
        (tmp_path / "pg_dump").write_text(tool)
        (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if config.sqlite:
        assert taking.take(tmp_path / "market.tar", config, at=AT)
        return
    with pytest.raises(BackupRefused, match=said):
        taking.take(tmp_path / "market.tar", config, at=AT)
