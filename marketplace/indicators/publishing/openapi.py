"""Decides how the addresses for programs are described: one OpenAPI 3.1 document, made from short tables."""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
MAYBE_WHOLE: Schema = {"type": ["integer", "null"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def document(address: str) -> Schema:
    """The whole description; `address` is the shop's own, without a slash at its end."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "DesaMart",
            "version": "1",
            "description": "Goods, places, orders and figures. Money is whole rupiah; moments are UTC.",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": address}],
        "paths": {path: {"get": operation} for path, operation in _paths().items()},
        "components": {"schemas": SCHEMAS},
    }


def _paths() -> dict[str, Schema]:
    return {
        "/api/v1/openapi.json": _get("openapi", "This document", "Document", missing=False),
        "/api/v1/products": _get(
            "products",
            "Goods on sale, a page at a time",
            "Products",
            _query("q", "words to search for"),
            _query("category", "slug of a category"),
            _query("region", "Kemendagri code of a place, with everything below it"),
            _query("shop", "slug of a shop"),
            _query("min_price", "whole rupiah", WHOLE),
            _query("max_price", "whole rupiah", WHOLE),
            _query("sort", "order", {"enum": ["relevan", "terbaru", "termurah", "termahal", "terlaris"]}),
            _query("page", "from 1", WHOLE),
            refused=True,
        ),
        "/api/v1/products/{slug}": _get("product", "One product on sale", "Product", _path("slug")),
        "/api/v1/regions/": _get("country", "The country and its provinces", "Region", missing=False),
        "/api/v1/regions/{code}": _get("region", "A place and what lies below it", "Region", _path("code")),
        "/api/v1/indicators": _get(
            "indicators",
            "Figures per region and period; small cells are suppressed outside an officer's own region",
            "Indicators",
            _query("region", "Kemendagri code; Lampung without it"),
            _query("level", "level of the rows", {"enum": ["village", "district", "regency", "province"]}),
            _query("period", "2026-10, 2026-Q4 or 2026; the last 12 months without it"),
            _query("code", "one indicator, such as SE-01; all without it"),
        ),
        "/api/v1/orders/{number}": _get(
            "order",
            "One order, for its owner or who holds its token",
            "Order",
            _path("number"),
            _query("token", "the secret of the order's link"),
        ),
    }


def _get(
    name: str, summary: str, schema: str, *parameters: Schema, missing: bool = True, refused: bool = False
) -> Schema:
    answers: Schema = {
        "200": {"description": summary, "content": {"application/json": {"schema": _ref(schema)}}}
    }
    error = {"content": {"application/json": {"schema": _ref("Error")}}}
    if missing:
        answers["404"] = {"description": "Not there, or not for you", **error}
    if refused:
        answers["422"] = {"description": "A parameter cannot be read", **error}
    return {"operationId": name, "summary": summary, "parameters": list(parameters), "responses": answers}


def _query(name: str, description: str, schema: Schema = TEXT) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Schema) -> Schema:
    """An object that has all of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


_BRIEF = _object(code=TEXT, name=TEXT)
_SHOP = _object(slug=TEXT, name=TEXT)
_CARD = {
    "slug": TEXT,
    "name": TEXT,
    "price": WHOLE,
    "unit": TEXT,
    "available": {**MAYBE_WHOLE, "maximum": 20, "description": "null: made to order"},
    "village": _BRIEF,
    "shop": _SHOP,
    "url": TEXT,
    "image": MAYBE_TEXT,
}
SCHEMAS: dict[str, Schema] = {
    "Error": _object(error=_object(status=WHOLE, message=TEXT)),
    "Document": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Products": _object(
        items=_list(_object(**_CARD)),
        page=WHOLE,
        pages=WHOLE,
        total=WHOLE,
        facets=_object(categories=_list(_object(slug=TEXT, name=TEXT, count=WHOLE))),
    ),
    "Product": _object(
        **_CARD,
        description=TEXT,
        category=TEXT,
        min_quantity=WHOLE,
        images=_list(TEXT),
        variants=_list(_object(id=WHOLE, name=TEXT, price=WHOLE, available=MAYBE_WHOLE)),
    ),
    "Region": _object(
        code=MAYBE_TEXT,
        name=TEXT,
        kind=TEXT,
        level=TEXT,
        postal_code=MAYBE_TEXT,
        parent={"anyOf": [_BRIEF, {"type": "null"}]},
        children=_list(_BRIEF),
    ),
    "Indicators": _object(
        items=_list(
            _object(
                code=TEXT,
                region=TEXT,
                period=TEXT,
                value={"type": ["number", "null"]},
                numerator=MAYBE_WHOLE,
                denominator=MAYBE_WHOLE,
                unit=TEXT,
                formula_version=TEXT,
                cutoff=MOMENT,
                coverage=_object(villages_with_data=MAYBE_WHOLE, villages=WHOLE),
                suppressed={"type": "boolean"},
                revision=WHOLE,
                base_revision=WHOLE,
                recount={"type": ["number", "null"]},
            )
        )
    ),
    "Order": _object(
        number=TEXT,
        status=TEXT,
        placed_at=MOMENT,
        payment_method=TEXT,
        total=WHOLE,
        seller_orders=_list(
            _object(
                number=TEXT,
                status=TEXT,
                shop=_SHOP,
                delivery_method=TEXT,
                tracking_number=TEXT,
                goods_total=WHOLE,
                delivery_fee=WHOLE,
                total=WHOLE,
                lines=_list(
                    _object(
                        product=TEXT,
                        name=TEXT,
                        variant=TEXT,
                        unit=TEXT,
                        quantity=WHOLE,
                        unit_price=WHOLE,
                        total=WHOLE,
                    )
                ),
            )
        ),
    ),
}
