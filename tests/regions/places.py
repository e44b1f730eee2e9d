"""Places for the tests of the regions: two districts of Lampung with one name, and a made-up province."""

from marketplace.regions.loading import RegionRow

LAMPUNG = [
    RegionRow("18", "Lampung", "provinsi"),
    RegionRow("18.04", "Kabupaten Lampung Barat", "kabupaten"),
    RegionRow("18.04.23", "Pagar Dewa", "kecamatan"),
    RegionRow("18.04.23.2001", "Pagar Dewa", "desa", "34890"),
    RegionRow("18.09", "Kabupaten Pesawaran", "kabupaten"),
    RegionRow("18.09.10", "Teluk Pandan", "kecamatan"),
    RegionRow("18.09.10.2004", "Hanura", "desa", "35450"),
    RegionRow("18.12", "Kabupaten Tulang Bawang Barat", "kabupaten"),
    RegionRow("18.12.07", "Pagar Dewa", "kecamatan"),
    RegionRow("18.12.07.2001", "Pagar Dewa", "desa", "34592"),
    RegionRow("18.71", "Kota Bandar Lampung", "kota"),
    RegionRow("18.71.02", "Sukarame", "kecamatan"),
    RegionRow("18.71.02.1008", "Korpri Jaya", "kelurahan", "35131"),
]
ELSEWHERE = [
    RegionRow("99", "Antah", "provinsi"),
    RegionRow("99.02", "Kabupaten Berantah", "kabupaten"),
    RegionRow("99.01", "Kabupaten Zamrud", "kabupaten"),
    RegionRow("99.01.01", "Zamrud Hulu", "kecamatan"),
    RegionRow("99.01.01.2001", "Cinta Mulya Antah", "desa", "99111"),
    RegionRow("99.01.01.2002", "100% Antah", "desa"),
]
EVERYTHING = [*LAMPUNG, *ELSEWHERE]
