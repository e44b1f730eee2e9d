"""Decides which BPS code belongs to a region: Lampung's regencies, whose two numberings differ.

BPS counts Lampung's regencies in an order of its own (Lampung Barat is 1801 there, and 18.04 of Kemendagri).
Source: BPS, bridging of codes (https://sig.bps.go.id/bridging-kode/index; statistical areas of 2020, second
half, and Kemendagri codes of 2020), read from the copy of 22 May 2022 in the repository
zakiego/Kode-Wilayah-Administrasi-Indonesia-Relasi-BPS-Kemendagri, `csv/kabkota.csv`: all fifteen rows of
Lampung agree. Below the regency no table of ours joins the two, so those codes are left empty rather than
guessed.
"""

BPS = {
    "18": "18",
    "18.01": "1803",
    "18.02": "1805",
    "18.03": "1806",
    "18.04": "1801",
    "18.05": "1808",
    "18.06": "1802",
    "18.07": "1804",
    "18.08": "1807",
    "18.09": "1809",
    "18.10": "1810",
    "18.11": "1811",
    "18.12": "1812",
    "18.13": "1813",
    "18.71": "1871",
    "18.72": "1872",
}


def bps(code: str) -> str:
    """The BPS code of a province or regency of Lampung; empty where it is not known."""
    return BPS.get(code, "")
