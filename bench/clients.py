"""Decides how clients press at once: one connection each, the next request when the last one is answered.

One thread serves all of them, so that the measuring takes little of the machine that is measured.
"""

import selectors
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

PATIENCE = 60
PLACED = 303


@dataclass(frozen=True)
class Answer:
    """What came back; `number` counts a client's requests, `seconds` end with the last byte."""

    number: int
    status: int
    location: str
    seconds: float


@dataclass
class Client:
    """A connection that stays open, and what came over it."""

    connection: socket.socket
    requests: Sequence[bytes] = ()
    answers: list[Answer] = field(default_factory=list)
    broken: int = 0
    _read: bytes = b""
    _began: float = 0.0

    @property
    def port(self) -> int:
        """The client's end of the connection."""
        return int(self.connection.getsockname()[1])

    @property
    def page(self) -> str:
        """The body of the last answer."""
        return self._read.partition(b"\r\n\r\n")[2].decode(errors="replace")

    def statuses(self) -> list[int]:
        """The status of each answer."""
        return [answer.status for answer in self.answers]

    def press(self) -> bool:
        """Send the next request; False when there is none."""
        if len(self.answers) >= len(self.requests):
            return False
        self._began, self._read = time.perf_counter(), b""
        self.connection.sendall(self.requests[len(self.answers)])
        return True

    def listen(self) -> bool:
        """Take what has come; True when an answer is complete."""
        piece = self.connection.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up in the middle of an answer")
        self._read += piece
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return False
        status = int(head.split(b" ", 2)[1])
        location = _header(head, b"location").decode()
        self.answers.append(Answer(len(self.answers), status, location, time.perf_counter() - self._began))
        return True


def connect(port: int) -> Client:
    """A client with an open connection to a server of this machine."""
    connection = socket.create_connection(("localhost", port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Client(connection)


def drive(clients: Sequence[Client], on_answer: Callable[[], None] = lambda: None) -> float:
    """Let all clients send all their requests; answers the seconds it took. `on_answer` is called after each.

    A client whose connection breaks stops there, with `broken` counting the request that has no answer.
    """
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.connection, selectors.EVENT_READ, client)
            if not client.press():
                selector.unregister(client.connection)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError(f"no answer for {PATIENCE} seconds")
            for key, _events in ready:
                if _serve(key.data, on_answer):
                    selector.unregister(key.fileobj)
    return time.perf_counter() - began


def post(path: str, port: int, cookie: str, body: bytes) -> bytes:
    """The bytes of a form that a browser sends."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\nConnection: keep-alive\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str, port: int) -> bytes:
    """The bytes of a page that a browser asks for."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: keep-alive\r\n\r\n".encode()


def _serve(client: Client, on_answer: Callable[[], None]) -> bool:
    """Take what came for a client and go on; True when it has nothing more to do."""
    try:
        if not client.listen():
            return False
        on_answer()
        return not client.press()
    except OSError:
        client.broken += 1
        return True


def _length(head: bytes) -> int:
    return int(_header(head, b"content-length") or b"0")


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        key, _colon, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b""
