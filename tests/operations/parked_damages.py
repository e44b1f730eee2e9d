"""Damages to what people decided about money that did not fit, one row each."""

from tests.operations.damage import Damage, change, remove

_OF_EVENT = "SELECT id FROM parked_decision WHERE event_id = '{name}'"
COUNTED = _OF_EVENT.replace("name", "parked_counted")
RETURNED = _OF_EVENT.replace("name", "parked_returned")
ENTRY = (
    "SELECT max(e.id) FROM ledger_entry e JOIN ledger_posting g ON g.id = e.posting_id "
    "WHERE g.reference = 'tertahan:{parked_returned}' AND e.account = 'platform:clearing:stripe'"
)
EVENT = "SELECT id FROM provider_event WHERE id = '{parked_returned}'"
ATTEMPT = "SELECT attempt_id FROM parked_decision WHERE event_id = '{parked_counted}'"

DAMAGES: tuple[Damage, ...] = (
    change("bagian", "parked_decision", COUNTED, "counted = counted - 1", "counts as paid with"),
    change("bagian", "parked_decision", COUNTED, "returned = returned + 1", "event {parked_counted}: said"),
    change("bagian", "parked_decision", RETURNED, "returned = returned - 1", "event {parked_returned}: said"),
    remove("bagian", "parked_decision", COUNTED, "counts as paid with"),
    change("bagian", "provider_event", EVENT, "verdict = 'ignored'", "event {row}: was decided about"),
    change("bagian", "payment_attempt", ATTEMPT, "status = 'expired'", "event {parked_counted}: counts with"),
    change(
        "bukubesar",
        "parked_decision",
        COUNTED,
        "returned = returned + 1",
        "tertahan:{parked_counted}, account",
        what="parked_decision: more sent back than was booked",
    ),
    remove("bukubesar", "parked_decision", RETURNED, "tertahan:{parked_returned}, account"),
    change("bukubesar", "ledger_entry", ENTRY, "amount = amount - 1", "clearing stripe: paid less"),
    change(
        "pencairan",
        "parked_decision",
        RETURNED,
        "returned = returned - 1",
        "bank: came in less",
        what="parked_decision: the bank sent less",
    ),
)
