"""Decides how options of a form field are given: wtforms deprecates plain pairs, and its types lag behind."""

from typing import Any

from flask_babel.speaklater import LazyString
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from marketplace.kit.languages import said


def option(value: str, label: str, **extra: str) -> Any:
    """An option of a select or radio field. Form macros show `note` below a radio's label, `aside` beside.

    Label and note are shown in the language of the page, where they are texts of ours.
    """
    if note := extra.get("note"):
        extra["note"] = LazyString(said, note)
    return SelectChoice(value, LazyString(said, label), extra)
