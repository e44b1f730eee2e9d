"""Decides what an installation needs before it can serve: the tables, the regions, the couriers."""

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as migrate_upgrade
from sqlalchemy import delete, select

from marketplace.catalog import loading as catalog
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.rebuilding import places, rebuild
from marketplace.kit.clock import now
from marketplace.kit.columns import Base
from marketplace.kit.progress import progress
from marketplace.kit.transaction import transaction
from marketplace.logistics import loading as logistics
from marketplace.logistics.models import CourierService
from marketplace.operations.models import DueRebuild
from marketplace.orders import fee_rules
from marketplace.orders.models import FeeRule, SellerOrderEdge
from marketplace.orders.notas import issuing
from marketplace.orders.states import ALLOWED
from marketplace.regions.models import Region

FACTS = "facts"
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(app: Flask) -> None:
    """Bring the tables to the newest form, and with them the rows that the code takes for granted."""
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True, metadata=Base.metadata)
    with app.app_context():
        if app.extensions["desamart"].sqlite:
            app.extensions["desamart"].data_dir.mkdir(parents=True, exist_ok=True)
        migrate_upgrade(directory=str(MIGRATIONS))
        db.session.remove()
        _allowed_steps()
        if not db.session.scalar(select(FeeRule.id).limit(1)):
            with transaction():
                fee_rules.seed(app.extensions["desamart"].platform_fee_bp, at=now())
        if not db.session.scalar(select(CourierService.code).limit(1)):
            with transaction():
                catalog.load()
                logistics.load()
        _notas_of_before()
        _facts_of_before()
        db.session.remove()


def has_regions() -> bool:
    """Whether the regions have been loaded."""
    return db.session.scalar(select(Region.code).limit(1)) is not None


def _notas_of_before() -> None:
    """Packed orders from before there were notas get theirs, a few at a time."""
    while waiting := issuing.without_nota():
        with transaction():
            issuing.issue_late(waiting, at=now())


def facts_anew() -> tuple[int, int]:
    """Build facts, outcomes and cells from zero, with bars: how many facts, how many months of villages."""
    with transaction() as session:
        with progress("Fakta") as tick:
            count = rebuild(at=now(), tick=tick)
        known = places()
        with progress("Angka desa dan wilayah") as tick:
            cells.recount(known, tick=tick)
        session.execute(delete(DueRebuild).where(DueRebuild.what == FACTS))
    return count, len(known)


def _facts_of_before() -> None:
    """Facts that a migration has left behind are made anew: once, and again if that was cut off."""
    if db.session.scalar(select(DueRebuild.what).where(DueRebuild.what == FACTS)):
        facts_anew()


def _allowed_steps() -> None:
    """The table of steps in the database is the one in the code."""
    wanted = {(origin.value, to.value) for origin, targets in ALLOWED.items() for to in targets}
    rows = db.session.execute(select(SellerOrderEdge.from_status, SellerOrderEdge.to_status))
    standing = {(row.from_status, row.to_status) for row in rows}
    if wanted == standing:
        return
    with transaction() as session:
        for edge in sorted(standing - wanted):
            session.delete(session.get_one(SellerOrderEdge, edge))
        session.add_all(SellerOrderEdge(from_status=a, to_status=b) for a, b in sorted(wanted - standing))
