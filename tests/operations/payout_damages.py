"""Damages of payouts, settlements and what the bank holds."""

from tests.operations.damage import Damage, change, remove

PAYOUT = "SELECT id FROM payout WHERE number = '{payout}'"
REJECTED = "SELECT id FROM payout WHERE number = '{payout_rejected}'"
ITEM = f"SELECT id FROM payout_item WHERE payout_id = ({PAYOUT})"
GIVEN_UP = f"SELECT id FROM payout_item WHERE payout_id = ({REJECTED})"
LAST_STEP = f"SELECT max(id) FROM payout_event WHERE payout_id = ({PAYOUT})"
BATCH = f"SELECT batch_id FROM payout WHERE id = ({PAYOUT})"
SETTLEMENT = "SELECT id FROM settlement WHERE reference = '{settlement}'"
_OF_PAYOUT = "FROM ledger_entry e JOIN ledger_posting g ON g.id = e.posting_id WHERE g.reference = '{payout}'"
FROM_BANK = f"SELECT e.id {_OF_PAYOUT} AND e.account = 'platform:bank'"
TO_PAYOUTS = f"SELECT e.id {_OF_PAYOUT} AND g.kind = 'payout' AND e.account = 'platform:payouts'"
CLAIMED = f"SELECT e.id {_OF_PAYOUT} AND g.kind = 'payout' AND e.account LIKE 'seller:payable:%'"

PAYOUTS = (
    change("pencairan", "payout", PAYOUT, "gross = gross + 1, net = net + 1", "payout {payout}: pays out"),
    change("pencairan", "payout", PAYOUT, "status = 'sent'", "payout {payout}: is sent, its last step led"),
    change(
        "pencairan",
        "payout",
        PAYOUT,
        "status = 'rejected'",
        "payout {payout}: is rejected, but still claims",
        what="payout: rejected, and keeps its claims",
    ),
    remove("pencairan", "payout_item", ITEM, "payout {payout}: pays out"),
    change(
        "pencairan",
        "payout_item",
        ITEM,
        "released_at = '2026-11-10'",
        "payout {payout}: stands, but has given up",
    ),
    change(
        "pencairan",
        "payout_item",
        GIVEN_UP,
        f"payout_id = ({PAYOUT})",
        "payout {payout}: stands, but has given up line",
        what="payout_item: of another payout",
    ),
    Damage(
        "pencairan",
        "payout_item: claimed twice",
        "payout_item",
        ITEM,
        "DROP INDEX uq_payout_item_claimed; INSERT INTO payout_item (payout_id, entry_id) "
        "SELECT payout_id, entry_id FROM payout_item WHERE id = '{row}'",
        "claimed by 2 payouts",
    ),
    change(
        "pencairan",
        "payout_item",
        ITEM,
        f"entry_id = ({CLAIMED})",
        "payout {payout}: claims line",
        what="payout_item: a line that a payout wrote",
    ),
    change(
        "pencairan",
        "payout",
        PAYOUT,
        "shop_id = (SELECT max(id) FROM shop)",
        "payout {payout}: claims line",
        what="payout: for another shop",
    ),
    change(
        "pencairan", "payout_event", LAST_STEP, "from_status = 'failed'", "payout {payout}: a step begins at"
    ),
    remove(
        "pencairan", "payout_event", LAST_STEP, "payout {payout}: is confirmed, its last step led to sent"
    ),
    change(
        "pencairan",
        "payout_batch",
        BATCH,
        "approved_by = NULL, approved_at = NULL",
        "payout {payout}: was not approved",
    ),
    change("pencairan", "ledger_entry", FROM_BANK, "amount = amount - 1", "bank: came in less paid out"),
    change("pencairan", "ledger_entry", TO_PAYOUTS, "amount = amount - 1", "payouts: 0 is on its way"),
    change(
        "pencairan",
        "ledger_entry",
        CLAIMED,
        "amount = amount - 1",
        "lines without a payout come to",
        what="ledger_entry: claimed less than there was",
    ),
    change("bukubesar", "settlement", SETTLEMENT, "amount = amount + 1", "settlement {settlement}, account"),
    remove("bukubesar", "settlement", SETTLEMENT, "settlement {settlement}, account"),
    change(
        "bukubesar",
        "payout",
        PAYOUT,
        "set_off = 0, net = gross",
        "payout {payout}, account seller:receivable",
    ),
)
