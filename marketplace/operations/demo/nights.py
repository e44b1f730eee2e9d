"""Decides what the nights of the demo market leave: confirmed counts, and a snapshot of each day.

The story is played in the order of time, so that what a snapshot finds is what stood in the market then.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.catalog import freshness
from marketplace.extensions import db
from marketplace.indicators.inputs import snapshots
from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.transaction import transaction
from marketplace.sellers.models import Shop

LAST_DAYS = timedelta(days=64)
EVERY, CARELESS = 10, 4
"""A shop confirms its counts every so many days; of every so many shops one never does."""


def pass_night(day: datetime, *, until: datetime) -> None:
    """The night before a day of the story, if it is one of the last; some shops look after their shelves."""
    if day < until - LAST_DAYS:
        return
    midnight = start_of_day(day_wib(day))
    with transaction():
        for shop in db.session.scalars(select(Shop).order_by(Shop.id)).unique().all():
            if shop.id % CARELESS and (day_wib(day).toordinal() + shop.id) % EVERY == 0:
                freshness.confirm_all(shop, at=midnight)
        snapshots.take(at=midnight)
