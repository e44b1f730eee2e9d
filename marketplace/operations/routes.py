"""Lists every route with its methods and who may enter."""

from typing import TypedDict

from flask import Flask

from marketplace.accounts.guards import FILES
from marketplace.kit.access import who_may_enter


class RouteLine(TypedDict):
    """One route: address, methods, who may enter (`undeclared` is an error), why it is open."""

    path: str
    methods: list[str]
    endpoint: str
    who: str
    reason: str


def listed(app: Flask) -> list[RouteLine]:
    """All routes, by address."""
    lines = []
    for rule in app.url_map.iter_rules():
        who, reason = who_may_enter(app.view_functions[rule.endpoint]) or (
            ("anyone", FILES[rule.endpoint]) if rule.endpoint in FILES else ("undeclared", "")
        )
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        lines.append(
            RouteLine(path=rule.rule, methods=methods, endpoint=rule.endpoint, who=who, reason=reason)
        )
    return sorted(lines, key=lambda line: (line["path"], line["methods"]))
