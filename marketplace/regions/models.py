"""Tables of the regions."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base

PROVINCE, REGENCY, DISTRICT, VILLAGE = "province", "regency", "district", "village"
LEVELS = (PROVINCE, REGENCY, DISTRICT, VILLAGE)
CODE_LENGTHS = {2: PROVINCE, 5: REGENCY, 8: DISTRICT, 13: VILLAGE}


class Region(Base):
    """A place. `code` is the Kemendagri code with dots, such as `18.09.10.2004`; names repeat, codes do not.

    `kind` is provinsi, kabupaten, kota, kecamatan, desa or kelurahan. `postal_code` is an editable default.
    """

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(8))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    postal_code: Mapped[str | None] = mapped_column(String(5))


class RegionShape(Base):
    """How a region is drawn: an SVG path and its box in whole steps, as `boundaries` made them."""

    __tablename__ = "region_shape"

    code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    west: Mapped[int]
    north: Mapped[int]
    east: Mapped[int]
    south: Mapped[int]
