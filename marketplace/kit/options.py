"""Decides how options of a form field are given: wtforms deprecates plain pairs, and its types lag behind."""

from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def option(value: str, label: str, **extra: str) -> Any:
    """An option of a select or radio field. Form macros show `note` below a radio's label, `aside` beside."""
    return SelectChoice(value, label, extra)
