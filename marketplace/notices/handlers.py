"""Decides what is written down when something happened: one notice for each person of the audience."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.notices.facts import Facts, facts_of
from marketplace.notices.models import Notice
from marketplace.notices.rules import RULES, Rule

# What is older is no news: a listener that catches up, or demo data of months, tells nobody of it.
FRESH = timedelta(days=30)


def tell(event: OutboxEvent, at: datetime) -> None:
    """Tell an event to all whom it concerns: once each, however often the event comes."""
    if event.happened_at < at - FRESH:
        return
    rules = [rule for rule in RULES if rule.kind == event.kind]
    facts = facts_of(event) if rules else None
    if facts is None:
        return
    chosen = _first_rules(rules, facts)
    for user_id in _to_be_told(event, chosen):
        db.session.add(_notice(event, facts, chosen[user_id], user_id))
    db.session.flush()


def _first_rules(rules: list[Rule], facts: Facts) -> dict[int, Rule]:
    """For each person the first rule that reaches them."""
    chosen: dict[int, Rule] = {}
    for rule in rules:
        for user_id in rule.audience(facts):
            chosen.setdefault(user_id, rule)
    return chosen


def _to_be_told(event: OutboxEvent, chosen: dict[int, Rule]) -> Iterator[int]:
    """Those who have an account in use and have not been told yet."""
    told = select(Notice.id).where(Notice.user_id == User.id, Notice.event_id == event.id).exists()
    rows = select(User.id).where(User.id.in_(chosen), User.disabled_at.is_(None), ~told)
    yield from db.session.scalars(rows.order_by(User.id)).all()


def _notice(event: OutboxEvent, facts: Facts, rule: Rule, user_id: int) -> Notice:
    return Notice(
        user_id=user_id,
        event_id=event.id,
        kind=event.kind,
        topic=rule.topic.value,
        title=_one_line(str(rule.title) % facts.words, 160),
        body=_one_line(str(rule.body) % facts.words, 500),
        address=(rule.address % facts.words)[:200],
        happened_at=event.happened_at,
    )


def _one_line(text: str, most: int) -> str:
    """The words without line ends and control characters, which names of shops could bring along."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
