"""Tables of the running of the market itself."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base


class NightlyCheck(Base):
    """What the proofs said in one night (a WIB day): how many differences, and all as JSON. Append-only.

    `in_flight` are the outbox events that were still on their way then.
    """

    __tablename__ = "nightly_check"
    __table_args__ = (CheckConstraint("differences >= 0 AND in_flight >= 0", name="counts"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    differences: Mapped[int]
    in_flight: Mapped[int]
    result: Mapped[str] = mapped_column(Text)


class DueRebuild(Base):
    """What a migration has left behind the times, and `setup.upgrade` makes anew: `facts`."""

    __tablename__ = "due_rebuild"

    what: Mapped[str] = mapped_column(String(12), primary_key=True)
