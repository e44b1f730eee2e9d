"""What an operator leaves behind: inputs, a file with a wrong row, a service. Call inside an app context."""

from datetime import datetime

from marketplace.indicators.inputs import checking, reading, recording
from marketplace.indicators.inputs.kinds import KINDS
from marketplace.kit.clock import day_wib
from marketplace.kit.transaction import transaction
from marketplace.village_services import noting
from marketplace.village_services.noting import Noted
from tests import cast, factories

FILE = (
    f"kode,jumlah,tanggal,sumber\n{cast.HANURA},1204,2026-06-30,Profil\n{cast.PODOMORO},9,2026-06-30,Profil\n"
)


def leave(*, at: datetime) -> tuple[int, int]:
    """The numbers of the service and of the file."""
    operator, today, kind = factories.person(cast.OPERATOR), day_wib(at), KINDS["households"]
    scores = {"indeks": "IDM", "tahun": "2024", "skor": "0,7146"}
    draft = reading.read(KINDS["status"], {"kode": cast.HANURA, "sumber": "Kemendes", **scores}, today=today)
    with transaction():
        recording.record([draft], by=operator, at=at)
        noted = Noted(today, "ppob", 3, 150_000, 7_500, "Listrik")
        service = noting.note(cast.HANURA, noted, by=factories.person(cast.OPERATOR), at=at).id
        found = checking.check(kind, FILE.encode(), scopes=[cast.HANURA], today=today)
        by = factories.person(cast.OPERATOR)
        row = checking.keep(kind, found, name="keluarga.csv", body=FILE.encode(), by=by, at=at)
        return service, row.id
