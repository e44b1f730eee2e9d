"""Decides how a batch is collected: who is owed enough gets a payout that claims the lines behind it.

The rows of shops and villages are locked, in order, before any balance is read. Whoever comes second reads
what the first one left, so many commands at once pay nothing twice; a unique index on the claims stands
behind.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.codes import batch_number
from marketplace.kit.transaction import locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.payouts import claiming
from marketplace.payouts.claiming import Rules, Standing
from marketplace.payouts.models import Payout, PayoutBatch, PayoutItem
from marketplace.payouts.payees import Payee
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop


def collect(rules: Rules, *, by: User | None, at: datetime) -> PayoutBatch | None:
    """Draft a payout for everybody who can be paid out now; None, and nothing written, when that is nobody.

    `by` is the person who collects, and who may not approve it; None for the command.
    """
    payees = [standing.payee for standing in claiming.standings(rules, at=at)]
    _line_up(payees)
    ready = [one for one in claiming.standings(rules, at=at, of=payees) if not one.obstacle]
    if not ready:
        return None
    batch = PayoutBatch(number=batch_number(at), created_by=by.id if by else None, created_at=at)
    db.session.add(batch)
    db.session.flush()
    for place, standing in enumerate(ready, 1):
        _draft(batch, place, standing, at=at)
    return batch


def _line_up(payees: Sequence[Payee]) -> None:
    """Lock the rows of payees: shops in the order of their ids, then villages in that of their codes."""
    shops = select(Shop.id).where(Shop.id.in_([payee.shop_id for payee in payees])).order_by(Shop.id)
    db.session.execute(locked(shops, of=Shop))
    codes = [payee.village_code for payee in payees if payee.village_code]
    villages = select(Region.code).where(Region.code.in_(codes)).order_by(Region.code)
    db.session.execute(locked(villages, of=Region))


def _draft(batch: PayoutBatch, place: int, standing: Standing, *, at: datetime) -> None:
    payee, account = standing.payee, standing.account
    assert account is not None  # noqa: S101 - nobody without one is ready
    payout = Payout(
        number=f"{batch.number}-{place}",
        batch_id=batch.id,
        shop_id=payee.shop_id or None,
        village_code=payee.village_code or None,
        gross=standing.gross,
        set_off=standing.set_off,
        net=standing.net,
        changed_at=at,
        bank=account.bank,
        account_number=account.number,
        holder=account.holder,
    )
    db.session.add(payout)
    db.session.flush()
    # Everybody who writes waits meanwhile: thousands of lines go in with one statement.
    items = [{"payout_id": payout.id, "entry_id": entry} for entry in standing.entries]
    db.session.execute(insert(PayoutItem), items)
    post(
        claiming.PAID,
        payout.number,
        [
            (payee.payable, standing.gross),
            (payee.receivable, -standing.set_off),
            (accounts.PAYOUTS, -standing.net),
        ],
        happened_at=at,
        at=at,
    )
