"""A mail server of the tests: speaks SMTP on a port of its own, keeps what it took, and makes trouble."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser


class MailServer(socketserver.ThreadingTCPServer):
    """`letters` are what it took. `answers` replaces its answer to a word (`RCPT`, `DATA`, `.` …).

    An answer of None lets it fall silent; "drop" closes the connection.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str | None] = {}
        self.heard: list[str] = []
        self.connections = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """The address for the settings."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    server: MailServer

    def handle(self) -> None:
        """Speak until the other side leaves."""
        self.server.connections += 1
        if not self._say("HELLO", "220 surat.contoh.test"):
            return
        while line := self.rfile.readline().decode().strip():
            word = line.split(" ")[0].upper()
            self.server.heard.append(line)
            usual = {"EHLO": "250-surat.contoh.test\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}
            if not self._say(word, usual.get(word, "250 ok")) or word == "QUIT":
                return
            if word == "DATA" and "DATA" not in self.server.answers and not self._take():
                return

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
def mail_server() -> Iterator[MailServer]:
    """A mail server for the block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
