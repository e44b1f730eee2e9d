"""Decides in which months a village had left the platform: what was true then, and not what is true today.

A village leaves when its last open shop is suspended, and is back when one of its shops is opened, or opened
again. A month in which it leaves or comes back is seen in part only, so it is missing as well. Before its
first shop was opened nothing has been left.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.inputs.queries import inside
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import month
from marketplace.kit.clock import start_of_day
from marketplace.sellers.models import SUSPENDED, Shop, ShopReview

CLOSING, OPENING = "suspended", "reopened"


@dataclass(frozen=True)
class Opened:
    """A stretch in which a shop was open; `until` None: it still is."""

    since: datetime
    until: datetime | None

    def at(self, moment: datetime) -> bool:
        """Whether it was open then."""
        return self.since <= moment and (self.until is None or moment < self.until)


def gone(region: str, keys: Sequence[str]) -> dict[str, set[str]]:
    """Code of a village -> those of the months (`2026-10`) in which it had left, for all of a region."""
    edges = [start_of_day(date.fromisoformat(f"{key}-01")) for key in (*keys, month(keys[-1]).after().key)]
    found = {}
    for code, stretches in _stretches(region).items():
        found[code] = {
            key
            for key, begin, end in zip(keys, edges, edges[1:], strict=False)
            if _has_left(stretches, begin) or _has_left(stretches, end - timedelta.resolution)
        }
    return found


def _has_left(stretches: Iterable[Opened], moment: datetime) -> bool:
    begun = [each for each in stretches if each.since <= moment]
    return bool(begun) and not any(each.at(moment) for each in begun)


def _stretches(region: str) -> dict[str, list[Opened]]:
    """When the shops of each village were open, from their verification and what was decided later."""
    shops = db.session.execute(
        select(Shop.id, Shop.village_code, Shop.status, Shop.verified_at).where(
            inside(Shop.village_code, region), Shop.verified_at.is_not(None)
        )
    ).all()
    decided = _decisions(region)
    unsaid = [shop.id for shop in shops if shop.status == SUSPENDED and not decided.get(shop.id)]
    last = _last_sales(unsaid)
    found: dict[str, list[Opened]] = defaultdict(list)
    for shop in shops:
        # A shop that was closed before decisions were written down was open until it sold last.
        own = decided.get(shop.id) or (
            [(CLOSING, last.get(shop.id, shop.verified_at))] if shop.id in unsaid else []
        )
        found[shop.village_code] += _of(shop.verified_at, own)
    return found


def _of(verified_at: datetime, decisions: Iterable[tuple[str, datetime]]) -> list[Opened]:
    found: list[Opened] = []
    since: datetime | None = verified_at
    for action, at in decisions:
        if action == CLOSING and since is not None:
            found.append(Opened(since, at))
            since = None
        elif action == OPENING:
            since = at
    return found if since is None else [*found, Opened(since, None)]


def _decisions(region: str) -> dict[int, list[tuple[str, datetime]]]:
    rows = db.session.execute(
        select(ShopReview.shop_id, ShopReview.action, ShopReview.at)
        .join(Shop, Shop.id == ShopReview.shop_id)
        .where(inside(Shop.village_code, region), ShopReview.action.in_((CLOSING, OPENING)))
        .order_by(ShopReview.id)
    )
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.shop_id].append((row.action, row.at))
    return found


def _last_sales(shop_ids: Sequence[int]) -> dict[int, datetime]:
    if not shop_ids:
        return {}
    rows = select(SaleFact.shop_id, func.max(SaleFact.happened_at)).where(SaleFact.shop_id.in_(shop_ids))
    return {row[0]: row[1] for row in db.session.execute(rows.group_by(SaleFact.shop_id))}
