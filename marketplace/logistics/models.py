"""Tables of couriers, zones and tariffs. The demo tariffs are invented; no carrier's price list."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base


class CourierService(Base):
    """A service of a courier, such as JNE REG. `kind` joins it to a tariff."""

    __tablename__ = "courier_service"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    courier_code: Mapped[str] = mapped_column(String(20))
    courier_name: Mapped[str] = mapped_column(String(60))
    service_name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    min_weight_g: Mapped[int]
    weight_rounding: Mapped[str] = mapped_column(String(20))
    cash_on_delivery: Mapped[bool]


class TariffZone(Base):
    """The zone of a destination, by the longest prefix of its region code, seen from Lampung."""

    __tablename__ = "tariff_zone"

    code_prefix: Mapped[str] = mapped_column(String(13), primary_key=True)
    zone: Mapped[str] = mapped_column(String(4))


class Tariff(Base):
    """Rupiah up to `min_kg` kilograms and for each further one, by zone and kind of service; its days."""

    __tablename__ = "tariff"

    zone: Mapped[str] = mapped_column(String(4), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    min_kg: Mapped[int]
    price_first: Mapped[int]
    price_next_kg: Mapped[int]
    days_min: Mapped[int]
    days_max: Mapped[int]
