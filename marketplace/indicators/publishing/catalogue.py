"""Decides what machines read about the open data: a catalogue in DCAT 3, with what DCAT-AP 3 asks for.

Mandatory there and so here: title, description and publisher of the catalogue, title and description of a
dataset, an access URL of each distribution; language, licence, media type, theme and frequency are resources
of the vocabularies that DCAT-AP names, each with its class (https://semiceu.github.io/DCAT-AP/releases/3.0.0/).
"""

from typing import Any

from marketplace.indicators.periods import period
from marketplace.indicators.publishing.open_data import FORMATS, LICENCE, PUBLISHER
from marketplace.indicators.publishing.releasing import releases
from marketplace.regions.queries import LAMPUNG

_EU = "http://publications.europa.eu/resource/authority"
_MEDIA = "https://www.iana.org/assignments/media-types"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LICENCE = {"@id": LICENCE, "@type": "dct:LicenseDocument"}
_LANGUAGE = {"@id": f"{_EU}/language/IND", "@type": "dct:LinguisticSystem"}


def catalogue(address: str) -> dict[str, Any]:
    """The catalogue as JSON-LD; `address` is the shop's own, without a slash at its end."""
    publisher = {"@id": f"{address}/#desamart", "@type": "foaf:Agent", "foaf:name": PUBLISHER}
    return {
        "@context": CONTEXT,
        "@id": f"{address}/data/",
        "@type": "dcat:Catalog",
        "dct:title": _text("Data terbuka DesaMart"),
        "dct:description": _text(
            "Angka ekonomi desa-desa Lampung dari penjualan lewat DesaMart, untuk siapa saja."
        ),
        "dct:publisher": publisher,
        "dct:license": _LICENCE,
        "dct:language": _LANGUAGE,
        "foaf:homepage": {"@id": f"{address}/data/", "@type": ["dcat:Catalog", "foaf:Document"]},
        "dcat:themeTaxonomy": {"@id": f"{_EU}/data-theme", "@type": "skos:ConceptScheme"},
        "dcat:dataset": [_dataset(address, publisher)],
        "dcat:service": [_service(address, publisher)],
    }


def _dataset(address: str, publisher: dict[str, str]) -> dict[str, Any]:
    rows = releases()
    changed = max((row.decided_at for row in rows), default=None)
    return {
        "@id": f"{address}/data/#indikator",
        "@type": "dcat:Dataset",
        "dct:identifier": "desamart-indikator",
        "dct:title": _text("Indikator Smart Economy desa-desa Lampung"),
        "dct:description": _text(
            "Angka perkiraan ekonomi desa dari penjualan lewat DesaMart, per desa, kecamatan, kabupaten, "
            "dan provinsi; per bulan, triwulan, dan tahun. Bukan status resmi desa."
        ),
        "dct:publisher": publisher,
        "dct:language": _LANGUAGE,
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/MONTHLY", "@type": "dct:Frequency"},
        "dct:spatial": {
            "@type": "dct:Location",
            "dct:identifier": LAMPUNG,
            "skos:prefLabel": _text("Provinsi Lampung"),
        },
        "dcat:theme": {"@id": f"{_EU}/data-theme/ECON", "@type": "skos:Concept"},
        "dcat:keyword": [_text(word) for word in ("desa", "ekonomi", "UMKM", "Lampung", "Indeks Desa")],
        "dcat:landingPage": {"@id": f"{address}/data/", "@type": ["dcat:Catalog", "foaf:Document"]},
        "dcat:distribution": [_distribution(address, name, *about) for name, about in FORMATS.items()],
        **_time([row.period_key for row in rows]),
        **({"dct:modified": _typed(changed.isoformat(), "dateTime")} if changed else {}),
    }


def _distribution(address: str, name: str, kind: str, title: str) -> dict[str, Any]:
    file = {"@id": f"{address}/data/{name}"}
    return {
        "@id": f"{address}/data/#{name}",
        "@type": "dcat:Distribution",
        "dct:title": _text(title),
        "dcat:accessURL": file,
        "dcat:downloadURL": file,
        "dcat:mediaType": {"@id": f"{_MEDIA}/{kind}", "@type": "dct:MediaType"},
        "dct:license": _LICENCE,
    }


def _service(address: str, publisher: dict[str, str]) -> dict[str, Any]:
    return {
        "@id": f"{address}/api/v1/#indikator",
        "@type": "dcat:DataService",
        "dct:title": _text("API indikator"),
        "dct:publisher": publisher,
        "dct:license": _LICENCE,
        "dcat:endpointURL": {"@id": f"{address}/api/v1/indicators"},
        "dcat:endpointDescription": {"@id": f"{address}/api/v1/openapi.json"},
        "dcat:servesDataset": {"@id": f"{address}/data/#indikator"},
    }


def _time(keys: list[str]) -> dict[str, Any]:
    """From the first day of the earliest released period to the last day of the latest."""
    some = [period(key) for key in keys]
    if not some:
        return {}
    first = min(each.first for each in some)
    last = max(each.last_day for each in some)
    return {
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(f"{first}-01", "date"),
            "dcat:endDate": _typed(last.isoformat(), "date"),
        }
    }


def _text(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "id"}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}
