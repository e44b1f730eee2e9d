"""Decides what is written down when something happened: one notice for each person of the audience."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select

from marketplace.accounts.models import User
from marketplace.config import settings
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.rows import add, ask, table_of
from marketplace.kit.transaction import append
from marketplace.notices.choices import Ways, ways_of
from marketplace.notices.facts import Facts, facts_of
from marketplace.notices.models import Notice, NoticeMail
from marketplace.notices.rules import RULES, Rule, Weight

# What is older is no news: a listener that catches up, or demo data of months, tells nobody of it.
FRESH = timedelta(days=30)
FRESH_FOR_MAIL = timedelta(days=2)
_BY_KIND: dict[str, list[Rule]] = {}
for _rule in RULES:
    _BY_KIND.setdefault(_rule.kind, []).append(_rule)
_USER, _NOTICE = table_of(User), table_of(Notice)
# Built once, since every event asks it.
_UNTOLD = (
    select(_USER.c.id)
    .where(
        _USER.c.id.in_(bindparam("people", expanding=True)),
        _USER.c.disabled_at.is_(None),
        ~exists().where(_NOTICE.c.user_id == _USER.c.id, _NOTICE.c.event_id == bindparam("event")),
    )
    .order_by(_USER.c.id)
)


def tell(event: OutboxEvent, at: datetime) -> None:
    """Tell an event to all whom it concerns: once each, however often the event comes."""
    if event.happened_at < at - FRESH:
        return
    rules = _BY_KIND.get(event.kind, [])
    facts = facts_of(event) if rules else None
    if facts is None:
        return
    chosen = _first_rules(rules, facts)
    people = _to_be_told(event, chosen)
    choices = ways_of(people, {rule.topic for rule in rules}) if people else {}
    for user_id in people:
        rule = chosen[user_id]
        ways = choices.get((user_id, rule.topic), Ways())
        _write(event, facts, rule, user_id=user_id, ways=ways, at=at)


def _first_rules(rules: Sequence[Rule], facts: Facts) -> dict[int, Rule]:
    """For each person the first rule that reaches them."""
    chosen: dict[int, Rule] = {}
    for rule in rules:
        for user_id in rule.audience(facts):
            chosen.setdefault(user_id, rule)
    return chosen


def _to_be_told(event: OutboxEvent, chosen: dict[int, Rule]) -> Sequence[int]:
    """Those who have an account in use and have not been told yet."""
    if not chosen:
        return []
    return ask(_UNTOLD, people=list(chosen), event=event.id).scalars().all()


def _write(event: OutboxEvent, facts: Facts, rule: Rule, *, user_id: int, ways: Ways, at: datetime) -> None:
    always = rule.weight is Weight.ALWAYS
    notice_id = add(
        Notice,
        {
            "user_id": user_id,
            "event_id": event.id,
            "kind": event.kind,
            "topic": rule.topic.value,
            "title": _one_line(str(rule.title) % facts.words, 160),
            "body": _one_line(str(rule.body) % facts.words, 500),
            "address": (rule.address % facts.words)[:200],
            "happened_at": event.happened_at,
            # The list is always whole; who wants no bell finds the notice there as one that is read.
            "read_at": None if ways.bell or always else at,
        },
    )
    mailed = always or (ways.email and rule.weight is Weight.NORMAL)
    if mailed and settings().sends_mail and event.happened_at >= at - FRESH_FOR_MAIL:
        append(NoticeMail, {"notice_id": notice_id, "queued_at": at, "next_try_at": at})


def _one_line(text: str, most: int) -> str:
    """The words without line ends and control characters, which names of shops could bring along."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    words = " ".join(plain.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
