"""Decides which of our own illustrations shows which demo product.

Every product names an icon, and every icon has a drawing. Where one icon covers goods that look
nothing alike (a pouch of banana chips and a bunch of bananas), the beginning of the slug decides.

The SVG beside each WebP is its source; after a change rasterise it anew, for example with
`rsvg-convert -w 720 -h 720 NAME.svg -o NAME.png` and Pillow (WebP, quality 60, 50 for busy ones).
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "pictures"

_BY_SLUG = (
    ("keripik-pisang-cokelat", "keripik-pisang-cokelat"),
    ("keripik-pisang", "keripik-pisang"),
    ("keripik-singkong", "keripik-singkong"),
    ("keripik-talas", "keripik-talas"),
    ("keripik-tempe", "keripik-tempe"),
    ("keripik-nangka", "keripik-nangka"),
    ("kerupuk-ikan", "kerupuk-ikan"),
    ("klanting", "klanting"),
    ("rempeyek", "rice-cracker"),
    ("emping-melinjo", "emping"),
    ("selai-nanas", "selai-nanas"),
    ("sirup-nanas", "sirup-nanas"),
    ("sari-jeruk", "sari-jeruk"),
    ("bubuk-kakao", "cokelat-bubuk"),
    ("bubuk-daun-kelor", "kelor"),
    ("kopi-roasted-bean", "kopi-biji"),
    ("kopi-lanang", "kopi-biji"),
    ("edukasi-petik-sangrai-kopi", "kopi-biji"),
    ("lada-putih", "lada-putih"),
    ("lada-hitam-asalan", "lada-karung"),
    ("cengkeh", "cengkeh"),
    ("gula-semut", "gula-semut"),
    ("gula-kelapa", "brick"),
    ("minyak-kelapa", "minyak-kelapa"),
    ("kelapa-muda", "kelapa-muda"),
    ("asbak-mangkuk-tempurung", "tempurung"),
    ("kopra", "kopra"),
    ("sambal-", "sambal"),
    ("terasi", "terasi"),
    ("tempoyak", "tempoyak"),
    ("beras-merah", "beras-merah"),
    ("beras-medium", "beras"),
    ("beras-premium", "beras"),
    ("gabah", "benih"),
    ("benih-padi", "benih"),
    ("jagung-pipilan", "jagung-pipil"),
    ("ubi-jalar-ungu", "ubi-ungu"),
    ("kacang-hijau", "kacang-hijau"),
    ("tahu-", "tahu"),
    ("tempe-", "tempe"),
    ("manggis", "manggis"),
    ("salak", "salak"),
    ("duku", "duku"),
    ("kubis", "kubis"),
    ("ikan-lele", "lele"),
    ("ikan-asin", "ikan-asin"),
    ("teri-", "teri"),
    ("bandeng-presto", "bandeng"),
    ("abon-ikan", "abon-ikan"),
    ("pempek", "pempek"),
    ("telur-asin", "telur-asin"),
    ("tampah", "tampah"),
    ("tikar", "tikar"),
    ("batik-", "batik"),
    ("taplak-bantal", "sulam-usus"),
    ("pupuk-organik-cair", "pupuk-cair"),
    ("kakao-biji", "kakao-biji"),
    ("damar", "damar"),
)


def drawing_of(slug: str, icon: str) -> Path:
    """The picture file (WebP with a transparent ground, 720 px) for a product and its icon.

    Raises FileNotFoundError for an icon that nobody has drawn.
    """
    name = next((drawing for beginning, drawing in _BY_SLUG if slug.startswith(beginning)), icon)
    found = FOLDER / f"{name}.webp"
    if not found.is_file():
        raise FileNotFoundError(f"no illustration for the icon {icon!r} ({slug})")
    return found
