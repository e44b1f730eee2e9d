"""Decides what is booked when a provider's money arrives in DesaMart's bank account, less what it kept."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, text

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.errors import Invalid
from marketplace.kit.money import rupiah
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry
from marketplace.ledger.posting import post
from marketplace.ledger.queries import balance
from marketplace.payouts.models import Settlement

SETTLED = "settlement"
LONGEST_REFERENCE = 60
EARLIEST = date(2020, 1, 1)


def settle(
    provider: str, *, amount: int, fee: int, day: date, reference: str, by: User, at: datetime
) -> Settlement:
    """Book that `amount` rupiah left a provider on a WIB day, of which the bank got all but `fee`.

    Raises:
        Invalid: more than lies at the provider, a fee that eats all of it, a day that has not come, a
            reference that is missing or was booked before.
    """
    # Two at once could each find enough; on SQLite they take turns anyway.
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE settlement IN SHARE ROW EXCLUSIVE MODE"))
    held = lying_at_providers().get(provider, 0)
    if not 0 < amount <= held:
        raise Invalid(
            _("Di penyedia ini ada %(held)s. Isi jumlah sampai sebanyak itu.", held=rupiah(held)), "jumlah"
        )
    if not 0 <= fee < amount:
        raise Invalid("Biaya penyedia harus lebih kecil dari jumlahnya.", "biaya")
    if not EARLIEST <= day <= day_wib(at):
        raise Invalid("Isi hari ketika uangnya masuk, paling akhir hari ini.", "tanggal")
    settlement = Settlement(
        provider=provider,
        amount=amount,
        fee=fee,
        reference=_new(reference),
        arrived_at=start_of_day(day),
        booked_at=at,
        booked_by=by.id,
    )
    db.session.add(settlement)
    db.session.flush()
    entries = [
        (accounts.BANK, amount - fee),
        (accounts.PROVIDER_FEES, fee),
        (accounts.clearing(provider), -amount),
    ]
    post(SETTLED, settlement.reference, entries, happened_at=settlement.arrived_at, at=at)
    return settlement


def lying_at_providers() -> dict[str, int]:
    """Providers at which money lies, by name, each with how many rupiah can have come from there.

    What is owed to buyers and not sent yet is left out: it goes back from the provider, not from the bank.
    """
    owed = -balance(accounts.BUYER_REFUNDS)
    rows = select(Entry.account, func.sum(Entry.amount)).where(
        Entry.account.startswith(accounts.clearing(""), autoescape=True)
    )
    found = db.session.execute(rows.group_by(Entry.account).order_by(Entry.account))
    return {
        account.removeprefix(accounts.clearing("")): int(total) - owed
        for account, total in found
        if int(total) > owed
    }


def _new(reference: str) -> str:
    words = " ".join(reference.split())
    if not 0 < len(words) <= LONGEST_REFERENCE:
        raise Invalid("Isi nomor referensi dari rekening koran, paling panjang 60 huruf.", "referensi")
    if db.session.scalar(select(Settlement.id).where(Settlement.reference == words)):
        raise Invalid("Referensi ini sudah dicatat.", "referensi")
    return words
