"""A deadline in the words in which it is said: the hour, how long that is, and how much it presses."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from marketplace.orders.states import Status
from marketplace.orders.urgency import due, left_words, moment_words

# 13.40 in Lampung.
AT = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)


def _due(status: Status, left: timedelta) -> tuple[str, str, str, str]:
    found = due(status, AT + left, at=AT)
    assert found
    return found.words, found.left, found.urgency, found.tone


def test_a_deadline_is_told_with_its_hour_and_what_is_left(app: Flask) -> None:
    with app.test_request_context():
        assert _due(Status.AWAITING_CONFIRMATION, timedelta(hours=2)) == (
            "Jawab sebelum pukul 15.40",
            "2 jam lagi",
            "Mendesak",
            "bad",
        )
        assert _due(Status.ACCEPTED, timedelta(hours=11)) == (
            "Serahkan sebelum besok pukul 00.40",
            "11 jam lagi",
            "Segera",
            "wait",
        )
        assert _due(Status.PACKED, timedelta(days=3)) == (
            "Serahkan sebelum 25 Nov pukul 13.40",
            "3 hari lagi",
            "",
            "",
        )
        # What happens by itself never presses.
        assert _due(Status.SHIPPED, timedelta(hours=1))[2:] == ("", "")
        assert due(Status.COMPLETED, None, at=AT) is None
        complaint = due(Status.DISPUTED, None, at=AT)
        assert complaint and complaint.urgency == "Mendesak"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=-1), "sudah lewat"),
        (timedelta(seconds=59), "0 menit lagi"),
        (timedelta(minutes=59), "59 menit lagi"),
        (timedelta(minutes=60), "1 jam lagi"),
        (timedelta(hours=47, minutes=59), "47 jam lagi"),
        (timedelta(hours=48), "2 hari lagi"),
    ],
)
def test_what_is_left_is_rounded_down(app: Flask, left: timedelta, said: str) -> None:
    with app.test_request_context():
        assert left_words(left) == said


def test_the_day_of_a_moment_is_that_of_lampung(app: Flask) -> None:
    with app.test_request_context():
        assert moment_words(datetime(2026, 11, 22, 16, 59, tzinfo=UTC), at=AT) == "pukul 23.59"
        assert moment_words(datetime(2026, 11, 22, 17, 0, tzinfo=UTC), at=AT) == "besok pukul 00.00"
