"""Counts what a story costs on a village phone: taps, typed fields, bytes; on a line as slow as 3G.

A tap is whatever a finger does to go on: press, tick, choose, pick a file. Typing into a field counts apart.
Bytes are those of answers, with their heads, and of the bodies of requests. The line is that of
WebPageTest's "3G": 1.6 Mbit/s down, 768 kbit/s up, 300 ms there and back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request

THREE_G = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 1_600_000 // 8,
    "uploadThroughput": 768_000 // 8,
}
TAPS = ("click", "tap", "check", "uncheck", "select_option", "set_input_files", "press")
TYPES = ("fill",)


@dataclass
class Toll:
    """What was paid until now. `received` are bytes; `sent` those of the bodies of requests."""

    taps: int = 0
    fields: int = 0
    received: int = 0
    requests: list[Request] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """Bytes of forms and photos."""
        return sum(_body(request) for request in self.requests)

    @property
    def kilobytes(self) -> int:
        """Thousands of bytes in both directions, rounded up."""
        return -(-(self.received + self.sent) // 1000)

    def __str__(self) -> str:
        return f"{self.taps} taps, {self.fields} fields, {self.kilobytes} kB"


@contextmanager
def tolls(page: Page, *, taps: int, fields: int, kilobytes: int) -> Iterator[Toll]:
    """Play the block on the slow line; it fails when it cost more than is stated."""
    # What an earlier page still fetches is no cost of this story.
    page.wait_for_load_state("networkidle")
    toll, line = Toll(), page.context.new_cdp_session(page)

    def keep(request: Request) -> None:
        toll.requests.append(request)

    line.on("Network.loadingFinished", lambda told: _receive(toll, told))
    page.on("requestfinished", keep)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", THREE_G)
    with pytest.MonkeyPatch.context() as patch:
        for name in TAPS:
            patch.setattr(Locator, name, _counted(toll, "taps", getattr(Locator, name)))
        for name in TYPES:
            patch.setattr(Locator, name, _counted(toll, "fields", getattr(Locator, name)))
        yield toll
        page.wait_for_load_state("load")
    page.remove_listener("requestfinished", keep)
    paid = (toll.taps, toll.fields, toll.kilobytes)
    line.detach()
    print(f"\n  {toll} (at most {taps}, {fields}, {kilobytes})", end=" ")
    assert paid[0] <= taps and paid[1] <= fields and paid[2] <= kilobytes, str(toll)


def _counted(toll: Toll, what: str, act: Any) -> Any:
    def acted(*arguments: Any, **options: Any) -> Any:
        setattr(toll, what, getattr(toll, what) + 1)
        return act(*arguments, **options)

    return acted


def _body(request: Request) -> int:
    """Bytes of a body. The browser keeps none with files, but its head tells how long it was."""
    told = int(request.all_headers().get("content-length", 0))
    return max(told, request.sizes()["requestBodySize"])


def _receive(toll: Toll, told: Any) -> None:
    toll.received += int(told["encodedDataLength"])
