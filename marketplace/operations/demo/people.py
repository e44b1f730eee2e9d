"""Decides who has a demo account, and how a half-made demo market is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.config import Config

DEMO_PASSWORD = "desamart-demo-2026"  # noqa: S105 - demo data only, told to everybody
DEMO_PEOPLE = (
    ("pembeli@desamart.test", "pembeli"),
    ("pembeli2@desamart.test", "pembeli"),
    ("penjual@desamart.test", "penjual, Keripik Bu Sari di Hanura"),
    ("penjual2@desamart.test", "penjual, Kopi Podomoro"),
    ("staf@desamart.test", "staf di Keripik Bu Sari"),
    ("toko-baru@desamart.test", "tokonya menunggu operator Hanura"),
    ("poktan@desamart.test", "kelompok tani, diminta melengkapi pengajuannya"),
    ("operator@desamart.test", "operator desa Hanura"),
    ("kecamatan@desamart.test", "petugas kecamatan 18.09.10"),
    ("kabupaten@desamart.test", "petugas kabupaten 18.09"),
    ("provinsi@desamart.test", "petugas provinsi 18"),
    ("admin@desamart.test", "administrator"),
    ("keuangan@desamart.test", "keuangan"),
)


def half_made(config: Config) -> Path:
    """The file that lies there while the demo market is being made."""
    return config.data_dir / "demo-belum-selesai"


@contextmanager
def making(config: Config) -> Iterator[None]:
    """Mark the market as half made for the length of the block; a block that is cut off leaves the mark."""
    half_made(config).touch()
    yield
    half_made(config).unlink(missing_ok=True)
