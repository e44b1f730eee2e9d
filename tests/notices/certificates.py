"""Makes an authority of its own and a certificate for an address, with the program `openssl`.

Debian's `postgresql`, which the tests need anyway, brings it.
"""

import subprocess
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext


def authority(folder: Path, name: str) -> Path:
    """The certificate of a new authority; its key lies beside it."""
    certificate = folder / f"{name}.pem"
    _openssl(
        "req", "-x509", *_new_key(folder / f"{name}.key"), "-days", "2", "-subj", f"/CN={name}",
        "-out", certificate,
    )  # fmt: skip
    return certificate


def server_side(ca: Path, address: str) -> SSLContext:
    """What a server at an address (an IP) shows, signed by the authority."""
    folder, request, certificate = ca.parent, ca.parent / "server.csr", ca.parent / "server.pem"
    key, extensions = folder / "server.key", folder / "server.ext"
    extensions.write_text(f"subjectAltName=IP:{address}\n")
    _openssl("req", "-new", *_new_key(key), "-subj", "/CN=surat", "-out", request)
    _openssl(
        "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca.with_suffix(".key"), "-CAcreateserial",
        "-days", "2", "-extfile", extensions, "-out", certificate,
    )  # fmt: skip
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _new_key(path: Path) -> tuple[str | Path, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
