"""Answers whether the application lives (`/healthz`) and whether it can work (`/readyz`)."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from marketplace.accounts.guards import anyone
from marketplace.extensions import db, limiter
from marketplace.kit.clock import now
from marketplace.kit.outbox import OutboxEvent
from marketplace.operations import nightly
from marketplace.regions.models import Region
from marketplace.search import engine

blueprint = Blueprint("health", __name__)
WORST_LAG_SECONDS = 60


@blueprint.get("/healthz")
@limiter.exempt
@anyone("monitors have no account; nothing personal is told")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="hidup")


@blueprint.get("/readyz")
@limiter.exempt
@anyone("monitors have no account; nothing personal is told")
def ready() -> tuple[Response, int]:
    """Database, regions, index and outbox, each with its state; 503 when the shop cannot work.

    A missing index or a waiting outbox slows things down but stops no sale: they are told, not refused. So is
    what the last nightly check of the books found.
    """
    checks: dict[str, object] = {}
    try:
        checks["database"] = "ok"
        checks["regions"] = "ok" if db.session.scalar(select(Region.code).limit(1)) else "kosong"
        oldest = db.session.scalar(
            select(func.min(OutboxEvent.happened_at)).where(OutboxEvent.handled_at.is_(None))
        )
        lag = max(0, int((now() - oldest).total_seconds())) if oldest else 0
        checks["outbox_lag_seconds"] = lag
        night = nightly.latest()
        checks["nightly_check"] = str(night.day) if night else "belum"
        checks["nightly_differences"] = night.differences if night else 0
        checks["index"] = "ok" if engine.find("desa", limit=1) is not None else "tidak ada"
    except SQLAlchemyError:
        checks["database"] = "tidak terjangkau"
    works = checks["database"] == "ok" and checks.get("regions") == "ok"
    checks["status"] = "siap" if works else "belum siap"
    return jsonify(checks), 200 if works else 503
