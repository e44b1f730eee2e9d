"""Tables of people, their sessions and their roles."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kit.columns import Base, Id, Ref

OPERATOR, OFFICER, FINANCE, ADMIN = "operator", "officer", "finance", "admin"
ROLES = (OPERATOR, OFFICER, FINANCE, ADMIN)


class User(Base):
    """A person with an account. `phone` is E.164; `email` is kept in small letters."""

    __tablename__ = "account"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="user", lazy="selectin")


class RoleGrant(Base):
    """A role of a person within a region: `scope` is a region code, or empty for everywhere."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "scope"),
        CheckConstraint("role IN ('operator','officer','finance','admin')", name="role"),
    )

    id: Mapped[Id]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(12))
    scope: Mapped[str] = mapped_column(String(13), default="")
    granted_at: Mapped[datetime]
    user: Mapped[User] = relationship(back_populates="grants")


class SignIn(Base):
    """A signed-in browser: a row, so that leaving ends every copy of its cookie. Its token is kept hashed."""

    __tablename__ = "sign_in"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class SignInTry(Base):
    """A refused sign-in, so that guessing is slowed down across all processes.

    `subject` is a hash: of the e-mail (`e:…`) or of the caller's address (`s:…`).
    """

    __tablename__ = "sign_in_try"

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime]
