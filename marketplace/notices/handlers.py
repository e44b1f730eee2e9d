"""Decides what is written down when something happened: one notice for each person of the audience."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select

from marketplace.accounts.models import User
from marketplace.config import settings
from marketplace.kit.lanes import Rows
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.rows import adding, ask, table_of
from marketplace.kit.transaction import append
from marketplace.kit.typed_words import one_line
from marketplace.notices.choices import Ways, ask_ways, ways_in
from marketplace.notices.facts import Facts, ask_order, facts_of
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
    tell_all([event], at)


def tell_all(events: Sequence[OutboxEvent], at: datetime) -> None:
    """The same for several events, step by step, so that the questions of a step go together."""
    going = [_telling(event, at) for event in events if event.happened_at >= at - FRESH]
    while going:
        going = [telling for telling in going if next(telling, None)]


def _telling(event: OutboxEvent, at: datetime) -> Iterator[bool]:
    """Tell an event, pausing behind each step's questions."""
    rules = _BY_KIND.get(event.kind, [])
    order = ask_order(event) if rules else None
    yield True
    facts = facts_of(event, order) if rules else None
    if facts is None:
        return
    reached = [(rule, rule.audience(facts)) for rule in rules]
    yield True
    chosen: dict[int, Rule] = {}
    for rule, people in reached:
        for user_id in people:
            chosen.setdefault(user_id, rule)
    if not chosen:
        return
    # Of these, who has an account in use and has not been told yet.
    untold = ask(_UNTOLD, people=list(chosen), event=event.id).scalars()
    asked = ask_ways(list(chosen), {rule.topic for rule in rules})
    yield True
    choices = ways_in(asked)
    mailed = []
    for user_id in untold:
        rule = chosen[user_id]
        ways = choices.get((user_id, rule.topic), Ways())
        mailed += _write(event, facts, rule, user_id=user_id, ways=ways, at=at)
    yield True
    if mailed:
        queued = [{"notice_id": made.scalar_one(), "queued_at": at, "next_try_at": at} for made in mailed]
        append(NoticeMail, *queued)


def _write(
    event: OutboxEvent, facts: Facts, rule: Rule, *, user_id: int, ways: Ways, at: datetime
) -> list[Rows]:
    """Write the notice; where it also goes by mail, what knows its id."""
    always = rule.weight is Weight.ALWAYS
    notice = {
        "user_id": user_id,
        "event_id": event.id,
        "kind": event.kind,
        "topic": rule.topic.value,
        "title": _short_line(rule.title % facts.words, 160),
        "body": _short_line(rule.body % facts.words, 500),
        "address": (rule.address % facts.words)[:200],
        "happened_at": event.happened_at,
        # The list is always whole; who wants no bell finds the notice there as one that is read.
        "read_at": None if ways.bell or always else at,
    }
    mailed = always or (ways.email and rule.weight is Weight.NORMAL)
    if mailed and settings().sends_mail and event.happened_at >= at - FRESH_FOR_MAIL:
        return [adding(Notice, notice)]
    append(Notice, notice)
    return []


def _short_line(text: str, most: int) -> str:
    """The words without line ends and control characters, which names of shops could bring along."""
    words = one_line(text)
    return words if len(words) <= most else f"{words[: most - 1]}…"
