"""Decides to which branch of the economy (KBLI 2020) goods belong when their seller does not say.

One code for each category: the commonest among its goods. Where goods of one category belong to different
branches the seller, or the village operator, names the code.
"""

OF_CATEGORY = {
    "keripik-kerupuk": "10794",
    "kue-roti": "10792",
    "dodol-manisan": "10796",
    "kacang-emping": "10794",
    "kopi": "10761",
    "kakao-cokelat": "10732",
    "teh-herbal": "10762",
    "sari-buah": "10330",
    "madu": "01493",
    "lada-rempah": "01281",
    "gula-aren-kelapa": "10722",
    "sambal-terasi": "10772",
    "minyak-santan": "10422",
    "tepung-pati": "10613",
    "beras-gabah": "10631",
    "jagung": "01111",
    "singkong-ubi": "01135",
    "kacang-kedelai": "01113",
    "tahu-tempe": "10392",
    "buah": "01220",
    "sayur": "01133",
    "cabai-bawang": "01283",
    "jamur": "01136",
    "ikan-segar": "10217",
    "udang-kepiting": "10297",
    "ikan-asin": "10211",
    "olahan-ikan": "10219",
    "ternak-hidup": "01411",
    "daging-olahan": "10130",
    "telur": "01462",
    "susu": "01443",
    "tapis-sulam": "13912",
    "batik": "13134",
    "tas-dompet": "13922",
    "anyaman": "16291",
    "ukiran-kayu": "16293",
    "pupuk": "38212",
    "bibit": "01302",
    "pakan": "10631",
    "kopi-biji-grosir": "01270",
    "kakao-biji-grosir": "01270",
    "lada-grosir": "01281",
    "getah-sawit-kelapa": "01291",
}

# The last division (first two digits) of each section of KBLI 2020, in order.
_SECTIONS = (
    *((3, "A"), (9, "B"), (33, "C"), (35, "D"), (39, "E"), (43, "F"), (47, "G"), (53, "H"), (56, "I")),
    *((63, "J"), (66, "K"), (68, "L"), (75, "M"), (82, "N"), (84, "O"), (85, "P"), (88, "Q"), (93, "R")),
    *((96, "S"), (98, "T"), (99, "U")),
)


def sector_of(category_slug: str) -> str:
    """The KBLI 2020 code of a category's goods, or an empty text where none is settled."""
    return OF_CATEGORY.get(category_slug, "")


def section_of(code: str) -> str:
    """The section (a letter) of a KBLI 2020 code; a letter is its own, and an empty code has none."""
    if code[:1].isalpha():
        return code[0].upper()
    if not code[:2].isdigit():
        return ""
    return next((letter for last, letter in _SECTIONS if int(code[:2]) <= last), "")
