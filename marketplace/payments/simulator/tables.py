"""Decides what the simulated Stripe remembers beside its messages."""

TABLES = """
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, created INTEGER NOT NULL, expires_at INTEGER NOT NULL, status TEXT NOT NULL,
    payment_status TEXT NOT NULL, payment_intent TEXT UNIQUE, amount_total INTEGER NOT NULL,
    declines INTEGER NOT NULL DEFAULT 0, params TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS session_open ON session (status, expires_at);
CREATE TABLE IF NOT EXISTS event (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, type TEXT NOT NULL, created INTEGER NOT NULL,
    payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS event_session ON event (session_id);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, fingerprint TEXT NOT NULL, created INTEGER NOT NULL, body TEXT);
CREATE TABLE IF NOT EXISTS refund (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, payment_intent TEXT NOT NULL, amount INTEGER NOT NULL,
    created INTEGER NOT NULL, outcome TEXT NOT NULL, settles_at INTEGER NOT NULL, reason TEXT,
    metadata TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refund_session ON refund (session_id);
CREATE TABLE IF NOT EXISTS dispute (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL UNIQUE, payment_intent TEXT NOT NULL,
    amount INTEGER NOT NULL, fee INTEGER NOT NULL, created INTEGER NOT NULL, status TEXT NOT NULL,
    withdrawn_at INTEGER, reinstated_at INTEGER);
CREATE TABLE IF NOT EXISTS refund_trouble (
    session_id TEXT PRIMARY KEY, outcome TEXT NOT NULL, wait INTEGER NOT NULL);
"""
