"""What a story in the browser may ask for: Debian's Chromium as a village phone or a desk, and the server.

A test fails when a page writes an error to its console, breaks the content security policy, or asks for
anything that answers with 5xx, or with 4xx without being a page of its own. Pictures of a failure go to
test-artifacts/.
"""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.databases import Databases
from tests.served import Served

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
HERE: dict[str, Any] = {"locale": "id-ID", "timezone_id": "Asia/Jakarta"}
PHONE = {
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

OpenPage = Callable[..., Page]


@dataclass
class Watch:
    """The pages of one test, and what went wrong in them."""

    pages: list[Page] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page from its beginning."""
        self.pages.append(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"uncaught: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Answers are judged below, where a refused form (422) can be told from a missing picture.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        page_of_its_own = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not page_of_its_own):
            self.troubles.append(f"{response.status} {response.request.method} {response.url}")

    def take_pictures(self, name: str) -> None:
        """Keep what the pages show."""
        ARTIFACTS.mkdir(exist_ok=True)
        for number, page in enumerate(self.pages, start=1):
            if not page.is_closed():
                page.screenshot(path=ARTIFACTS / f"{name}-{number}.png", full_page=True)
                (ARTIFACTS / f"{name}-{number}.html").write_text(page.content())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """A story that went well in a page that did not is a failure too."""
    watch = getattr(item, "funcargs", {}).get("watch")
    try:
        outcome = yield
        if isinstance(watch, Watch):
            assert watch.troubles == []
    except BaseException:
        if isinstance(watch, Watch):
            engine = item.funcargs.get("engine_name", "")  # type: ignore[attr-defined]
            watch.take_pictures(re.sub(r"[^\w.-]+", "-", f"{engine}-{item.name}"))
        raise
    return outcome


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once per session."""
    program = shutil.which("chromium")
    assert program, "Chromium is not installed: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server, started once for the stories of a file: each brings its own people and goods."""
    folder = tmp_path_factory.mktemp("served")
    with databases.fresh(folder / "data") as config, Served(config, folder / "server.log") as server:
        yield server


@pytest.fixture
def real_server(served: Served, engine_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The server is what a story claims: several processes and a worker. Said beside the test's result."""
    web, worker = served.web_pids(), served.worker_pid()
    assert len(web) >= 2
    with capsys.disabled():
        print(f"\n  {engine_name}, {len(web)} web processes {web}, worker {worker}", end=" ")


@pytest.fixture
def watch() -> Watch:
    """The pages of this test; a page opened by hand joins with `watch.follow(page)`."""
    return Watch()


@pytest.fixture
def open_page(browser: Browser, served: Served, watch: Watch) -> Iterator[OpenPage]:
    """Open a page with cookies of its own: `open_page(**context options)`. Paths begin at the server."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(base_url=served.base_url, **HERE, **options)
        context.set_default_timeout(45_000)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A small phone."""
    return open_page(**PHONE)


@pytest.fixture
def phone_plain(open_page: OpenPage) -> Page:
    """A small phone without JavaScript."""
    return open_page(**PHONE, java_script_enabled=False)


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """A wide screen."""
    return open_page(**DESK)
