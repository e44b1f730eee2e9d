"""Decides when a shop takes no orders: from one WIB day to another, with words for buyers."""

from datetime import date, datetime, timedelta

from flask_babel import format_date
from flask_babel import gettext as _

from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.errors import Invalid
from marketplace.kit.outbox import announce
from marketplace.sellers.models import Resting, Shop

LONGEST = timedelta(days=90)


def go(shop: Shop, first: date, last: date, *, note: str, at: datetime) -> None:
    """Take no orders from the first to the last day, both included. Orders that are placed keep their times.

    Raises:
        Invalid: the days lie in the past, in the wrong order, or too far apart.
    """
    if first < day_wib(at):
        raise Invalid("Mulai paling awal hari ini.", "dari")
    if last < first:
        raise Invalid("Hari terakhir tidak boleh sebelum hari pertama.", "sampai")
    if last - first >= LONGEST:
        raise Invalid(_("Libur paling lama %(days)s hari.", days=LONGEST.days), "sampai")
    shop.holiday_begins, shop.holiday_ends = start_of_day(first), start_of_day(last + timedelta(days=1))
    shop.holiday_words = note[:200]
    announce("shop.changed", f"shop:{shop.id}", {"shop_id": shop.id}, at=at)


def words(shop: Resting) -> str:
    """Until when a shop that is on holiday takes no orders, for buyers."""
    return str(_("Toko libur sampai %(day)s", day=format_date(shop.holiday_last_day, "d MMM y")))


def come_back(shop: Shop, *, at: datetime) -> None:
    """Take orders again at once; a holiday that has not begun is called off."""
    shop.holiday_begins = shop.holiday_ends = None
    shop.holiday_words = ""
    announce("shop.changed", f"shop:{shop.id}", {"shop_id": shop.id}, at=at)
