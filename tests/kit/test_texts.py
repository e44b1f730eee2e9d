"""Every text that a page may show has an English one with the same places."""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.texts import lacking, merged
from tests.kit.untold import Untold, sources

# What stays Indonesian or is no text of a page: file, beginning of the text (empty: all of the file), why.
STAYS = (
    ("operations/demo/", "", "goods and words of the demo's villages"),
    ("payments/simulator/", "", "a foreign page, played"),
    ("simulator/", "", "a foreign page, played"),
    ("cli.py", "", "a terminal"),
    ("operations/starting.py", "", "a terminal"),
    ("operations/setup.py", "", "a terminal"),
    ("operations/backup/", "", "a terminal"),
    ("operations/health.py", "", "a terminal"),
    ("payouts/reporting.py", "Belum ada pencairan.", "a terminal"),
    ("payments/webhook.py", "", "an answer to a provider's machine"),
    ("payments/midtrans_provider.py", "Pesanan batal", "a reason for the provider's books"),
    ("orders/buyer_messages.py", "", "a seller writes to a buyer, whose language nobody knows"),
    ("orders/seller_list.py", "kurir desa", "as above"),
    ("sellers/assisting.py", "Saya mengizinkan operator desa ini", "kept in the words that were agreed to"),
    ("catalog/imports/exporting.py", "", "an example of goods in a file"),
    ("indicators/files.py", "", "sheets of a file"),
    ("indicators/inputs/file_views.py", "Isian", "a sheet of a file"),
    ("payouts/bank_file.py", "Pencairan", "a sheet of a file"),
    ("indicators/uplift/exports.py", "uji semu", "a word in a file"),
    ("indicators/seller_list.py", "belum dijawab", "a word in a file"),
    ("inputs/upload.html", "Sumber", "the head of a column of a file"),
    ("indicators/uplift/rooms.py", "", "an example of a file"),
    ("indicators/inputs/status_files.py", "Kemendes, ", "a source, as it is quoted"),
    ("indicators/inputs/idm.py", "sangat tertinggal", "a word in a file"),
    ("indicators/publishing/catalogue.py", "", "published beside the data, in one language"),
    ("indicators/publishing/open_data.py", "", "published beside the data, in one language"),
    ("catalog/permits/requirements.py", "PP 42/2024", "the name of a law"),
    ("regions/queries.py", "", "a kind of place, part of its name"),
    ("indicators/cartogram.py", "", "a kind of place, part of its name"),
    ("indicators/shortening.py", "", "a kind of place, part of its name"),
    ("indicators/declared/reach.py", "", "codes of figures"),
    ("accounts/passwords.py", "tidak ada orang", "a password that nobody has"),
    ("reviews/names.py", "Pembeli", "a name, written down with a review"),
    ("catalog/forms.py", "… gram", "a weight in a field, as it is typed"),
    ("config.py", "SB-Mid-", "a key of the demo"),
)
PLACE = re.compile(r"%\(\w+\)s|%%")


def pairs() -> Iterator[tuple[str, str]]:
    """Each Indonesian text beside its English one; of plurals the last forms."""
    for message in merged():
        if isinstance(message.id, str) and isinstance(message.string, str):
            yield message.id, message.string
        elif message.id and message.string:
            yield message.id[-1], message.string[-1]


def test_every_text_of_the_source_has_english() -> None:
    """What is named here is written with `python -m scripts.texts` and a person's words."""
    assert lacking(merged()) == []


def test_translations_keep_every_place() -> None:
    told = [pair for pair in pairs() if pair[0]]
    assert len(told) > 2000
    assert [pair for pair in told if set(PLACE.findall(pair[0])) != set(PLACE.findall(pair[1]))] == []


def test_no_sentence_passes_by_the_catalogue() -> None:
    """What is named here goes through `_()`; what is written down first, through `noted()` and `retold`."""
    untold = Untold()
    found = [(name, text) for name, file in sources("marketplace", "*.py") for text in untold.in_python(file)]
    pages = sources("templates", "*.html")
    found += [(name, text) for name, file in pages for text in untold.in_template(file)]
    passing, kept = [], set()
    for name, text in found:
        rows = [row for row in STAYS if name.startswith(row[0]) and text.startswith(row[1])]
        kept.update(rows)
        if not rows:
            passing.append(f"{name}: {text}")
    assert passing == []
    assert [row for row in STAYS if row not in kept] == []


def test_the_rule_sees_what_passes_by(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '''"""Tidak dilihat: keterangan."""
from flask_babel import gettext as _
HEAD = ("dibayar dengan",)
SEEN = {"lain": "Barangnya sedang habis."}
print(_("Barangnya sedang habis."), _(f"Barangnya tinggal {len(SEEN)} saja."))
'''
    )
    page = tmp_path / "page.html"
    page.write_text(
        '<p title="Yang ini">{{ _("Toko sedang tutup.") }}</p>{{ button("Kirim sekarang") }}<b>lalu</b>'
    )
    untold = Untold()
    assert list(untold.in_python(module)) == ["Barangnya sedang habis.", "Barangnya tinggal … saja."]
    assert list(untold.in_template(page)) == ["Yang ini", "Lalu", "Kirim sekarang"]
