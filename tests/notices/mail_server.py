"""A mail server of the tests: speaks SMTP on a port of its own, keeps what it took, and makes trouble."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from ssl import SSLContext

# This machine, by a name that the carrier takes for another one.
ELSEWHERE = "127.0.0.2"


class MailServer(socketserver.ThreadingTCPServer):
    """`letters` are what it took. `answers` replaces its answer to a word (`RCPT`, `DATA`, `.` …).

    An answer of None lets it fall silent; "drop" closes the connection. With `tls` it offers STARTTLS, or
    speaks encrypted from the first word on (`at_once`), and answers on an address that is not this machine's
    usual one, because e-mails to this machine itself are not encrypted.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls: SSLContext | None = None, *, at_once: bool = False) -> None:
        super().__init__((ELSEWHERE if tls else "127.0.0.1", 0), Conversation)
        self.tls, self.at_once = tls, at_once
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str | None] = {}
        self.heard: list[str] = []
        self.connections = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """The address for the settings."""
        return f"smtp{'s' if self.at_once else ''}://{self.server_address[0]!s}:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: MailServer

    encrypted = False

    def handle(self) -> None:
        """Speak until the other side leaves."""
        self.server.connections += 1
        if self.server.at_once and not self._encrypt():
            return
        if not self._say("HELLO", "220 surat.contoh.test"):
            return
        while line := self.rfile.readline().decode().strip():
            word = line.split(" ")[0].upper()
            self.server.heard.append(line)
            offered = "250-STARTTLS\r\n" if self.server.tls and not self.encrypted else ""
            greeting = f"250-surat.contoh.test\r\n{offered}250 8BITMIME"
            usual = {"EHLO": greeting, "DATA": "354 go on", "QUIT": "221 bye", "STARTTLS": "220 go"}
            if not self._say(word, usual.get(word, "250 ok")) or word == "QUIT":
                return
            if word == "STARTTLS" and not self._encrypt():
                return
            if word == "DATA" and "DATA" not in self.server.answers and not self._take():
                return

    def finish(self) -> None:
        """Leave nothing open; what was encrypted is a connection of its own."""
        super().finish()
        self.connection.close()

    def _encrypt(self) -> bool:
        """Go on encrypted; whether the other side took the certificate."""
        assert self.server.tls is not None
        inside = self.server.tls.wrap_socket(self.connection, server_side=True, do_handshake_on_connect=False)
        self.connection = inside
        try:
            inside.do_handshake()
        except OSError:
            return False
        self.encrypted = True
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        return True

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        letter = BytesParser(EmailMessage, policy=policy.default).parsebytes(b"".join(lines))
        if "." not in self.server.answers:
            self.server.letters.append(letter)
        return self._say(".", "250 taken")

    def _say(self, word: str, usual: str) -> bool:
        answer = self.server.answers.get(word, usual)
        if answer is None:
            self.server.over.wait(300)
            return False
        if answer == "drop":
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


@contextmanager
def mail_server(tls: SSLContext | None = None, *, at_once: bool = False) -> Iterator[MailServer]:
    """A mail server for the block."""
    with MailServer(tls, at_once=at_once) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
