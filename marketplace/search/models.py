"""Tables of the search: which products the index has not caught up with."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Ref


class IndexMark(Base):
    """A product newer than its document in the index. Written by the outbox, taken off once it is indexed."""

    __tablename__ = "index_mark"

    product_id: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    marked_at: Mapped[datetime]
