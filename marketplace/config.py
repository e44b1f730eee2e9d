"""Decides every setting: the only reader of the environment, as one frozen, typed object.

Demo mode needs nothing set. Production refuses to start without its secrets.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

PROJECT = Path(__file__).resolve().parent.parent
DEMO_STRIPE_KEY = "sk_test_simulasi"
DEMO_MIDTRANS_KEY = "SB-Mid-server-simulasi"
DEMO_WEBHOOK_SECRET = "whsec_simulasi"  # noqa: S105 - signs the simulator's messages in demo mode only


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it."""


@dataclass(frozen=True)
class Config:
    """All settings. Amounts are whole rupiah, rates basis points.

    `cash_orders_open` and `cash_rupiah_open` bound what a buyer may have open in cash at once; 0: no limit.
    """

    mode: str = "demo"
    data_dir: Path = field(default_factory=lambda: PROJECT / "var")
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    public_url: str = "http://localhost:8000"
    trusted_hosts: tuple[str, ...] = ()
    search_url: str = "whoosh:"
    redis_url: str = ""
    stripe_secret_key: str = field(default=DEMO_STRIPE_KEY, repr=False)
    stripe_webhook_secret: str = field(default=DEMO_WEBHOOK_SECRET, repr=False)
    stripe_api_base: str = ""
    midtrans_server_key: str = field(default=DEMO_MIDTRANS_KEY, repr=False)
    midtrans_api_base: str = ""
    midtrans_snap_base: str = ""
    orders_per_minute: int = 120
    cash_orders_open: int = 0
    cash_rupiah_open: int = 0
    platform_fee_bp: int = 100
    payout_minimum: int = 50_000
    payout_hold_days: int = 3
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "kabar@desamart.test"
    contact_email: str = "bantuan@desamart.test"
    contact_phone: str = "0721-000-000"

    @property
    def demo(self) -> bool:
        """Whether simulated payment and demo accounts exist."""
        return self.mode == "demo"

    @property
    def secure(self) -> bool:
        """Whether pages are served over https, so that cookies may insist on it."""
        return self.public_url.startswith("https://")

    @property
    def sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @property
    def searches_files(self) -> bool:
        """Whether the text index lies in files of its own."""
        return self.search_url.startswith("whoosh:")

    @property
    def searches_database(self) -> bool:
        """Whether the text index lies in the database."""
        return self.search_url.startswith("database:")

    @property
    def media_dir(self) -> Path:
        """Folder of the photos."""
        return self.data_dir / "media"

    @property
    def proof_dir(self) -> Path:
        """Folder of the proofs of payments: seen by who has to do with the order, never by address alone."""
        return self.data_dir / "bukti"

    @property
    def permit_dir(self) -> Path:
        """Folder of the pictures of permits: seen by the shop and its village operator only."""
        return self.data_dir / "izin"

    @property
    def mail_dir(self) -> Path:
        """Folder of the e-mails that a demo without a mail server writes instead of sending them."""
        return self.data_dir / "mail"

    @property
    def sends_mail(self) -> bool:
        """Whether notices leave by e-mail: through a mail server, or into the demo's folder."""
        return bool(self.smtp_url) or self.demo

    @property
    def import_dir(self) -> Path:
        """Folder of what sellers' files of goods say, until it is taken over."""
        return self.data_dir / "impor"

    @property
    def open_dir(self) -> Path:
        """Folder of the open files, kept as they were made last; all of them can be made again."""
        return self.data_dir / "terbuka"

    @property
    def index_dir(self) -> Path:
        """Folder of the text index."""
        return self.data_dir / "index"

    @property
    def simulator_file(self) -> Path:
        """The memory of the simulated outside world (demo mode only)."""
        return self.data_dir / "simulasi.sqlite"

    @property
    def midtrans_simulator_file(self) -> Path:
        """The memory of the simulated Midtrans (demo mode only)."""
        return self.data_dir / "simulasi-midtrans.sqlite"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read `DESAMART_…` settings.

        Raises:
            ConfigError: a value is unknown, or production lacks a secret.
        """
        get = {k.removeprefix("DESAMART_"): v for k, v in environ.items() if k.startswith("DESAMART_")}.get
        mode = get("MODE", "demo")
        if mode not in ("demo", "production"):
            raise ConfigError(f"DESAMART_MODE must be demo or production, not {mode!r}")
        config = cls(
            mode=mode,
            data_dir=Path(get("DATA_DIR", "") or PROJECT / "var").resolve(),
            database_url=get("DATABASE_URL", "") or "",
            secret_key=get("SECRET_KEY", "") or "",
            public_url=(get("PUBLIC_URL", "") or f"http://localhost:{get('PORT', '') or 8000}").rstrip("/"),
            trusted_hosts=tuple(h.strip() for h in (get("TRUSTED_HOSTS", "") or "").split(",") if h.strip()),
            search_url=get("SEARCH_URL", "") or "whoosh:",
            redis_url=get("REDIS_URL", "") or "",
            stripe_secret_key=get("STRIPE_SECRET_KEY", "") or (DEMO_STRIPE_KEY if mode == "demo" else ""),
            stripe_webhook_secret=get("STRIPE_WEBHOOK_SECRET", "")
            or (DEMO_WEBHOOK_SECRET if mode == "demo" else ""),
            stripe_api_base=get("STRIPE_API_BASE", "") or "",
            midtrans_server_key=get("MIDTRANS_SERVER_KEY", "")
            or (DEMO_MIDTRANS_KEY if mode == "demo" else ""),
            midtrans_api_base=(get("MIDTRANS_API_BASE", "") or "").rstrip("/"),
            midtrans_snap_base=(get("MIDTRANS_SNAP_BASE", "") or "").rstrip("/"),
            orders_per_minute=_integer(get("ORDERS_PER_MINUTE", "") or ("120" if mode == "demo" else "10")),
            cash_orders_open=_integer(get("CASH_ORDERS_OPEN", "") or ("0" if mode == "demo" else "5")),
            cash_rupiah_open=_integer(get("CASH_RUPIAH_OPEN", "") or ("0" if mode == "demo" else "2000000")),
            platform_fee_bp=_integer(get("PLATFORM_FEE_BP", "") or "100"),
            payout_minimum=_integer(get("PAYOUT_MINIMUM", "") or "50000"),
            payout_hold_days=_integer(get("PAYOUT_HOLD_DAYS", "") or "3"),
            smtp_url=_mail_server(get("SMTP_URL", "") or ""),
            mail_from=_address(get("MAIL_FROM", "") or ("" if mode == "production" else cls.mail_from)),
        )
        return config.completed()

    def completed(self) -> "Config":
        """Fill in what the embedded defaults provide, or refuse.

        Raises:
            ConfigError: production without database, secrets or host names.
        """
        if self.mode == "production":
            required = {
                "DESAMART_SECRET_KEY": len(self.secret_key) >= 32,
                "DESAMART_DATABASE_URL": bool(self.database_url),
                "DESAMART_TRUSTED_HOSTS": bool(self.trusted_hosts),
                "DESAMART_PUBLIC_URL (https)": self.secure,
                "DESAMART_STRIPE_SECRET_KEY": bool(self.stripe_secret_key)
                and self.stripe_secret_key != DEMO_STRIPE_KEY,
                "DESAMART_STRIPE_WEBHOOK_SECRET": bool(self.stripe_webhook_secret)
                and self.stripe_webhook_secret != DEMO_WEBHOOK_SECRET,
                "DESAMART_MIDTRANS_SERVER_KEY (its own, or none)": self.midtrans_server_key
                != DEMO_MIDTRANS_KEY,
                "DESAMART_MAIL_FROM (with DESAMART_SMTP_URL)": bool(self.mail_from) or not self.smtp_url,
            }
            missing = [name for name, ok in required.items() if not ok]
            if missing:
                raise ConfigError("production needs: " + ", ".join(missing))
            return self
        return replace(
            self,
            database_url=self.database_url or f"sqlite:///{self.data_dir / 'desamart.sqlite'}",
            secret_key=self.secret_key or _demo_secret(self.data_dir),
            stripe_api_base=self.stripe_api_base or f"{self.public_url}/simulasi/stripe",
            midtrans_api_base=self.midtrans_api_base or f"{self.public_url}/simulasi/midtrans",
            midtrans_snap_base=self.midtrans_snap_base or f"{self.public_url}/simulasi/midtrans",
        )


def settings() -> Config:
    """The settings of the application that is answering now."""
    config: Config = current_app.extensions["desamart"]
    return config


def _integer(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ConfigError(f"a whole number was expected, not {text!r}")
    return int(text)


def _mail_server(url: str) -> str:
    """The address of a mail server: `smtp://` or `smtps://`, with a host."""
    try:
        parts = urlsplit(url)
        sensible = not url or (parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0)
    except ValueError:
        sensible = False
    if not sensible:
        raise ConfigError("DESAMART_SMTP_URL must be smtp://[user:password@]host[:port] or smtps://…")
    return url


def _address(text: str) -> str:
    name, at, host = text.partition("@")
    if text and not (name and at and host and text.isascii() and text.isprintable() and " " not in text):
        raise ConfigError("DESAMART_MAIL_FROM must be an e-mail address")
    return text


def _demo_secret(data_dir: Path) -> str:
    """A secret of this installation, made once, so that sign-ins survive a restart."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_hex(32))
        fresh.chmod(0o600)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
