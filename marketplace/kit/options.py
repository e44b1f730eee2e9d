"""Decides how options of a form field are given: wtforms deprecates plain pairs, and its types lag behind."""

from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def option(value: str, label: Any, **attributes: str) -> Any:
    """An option of a select or radio field. `label` may be (text, note, aside), as the form macros show it.

    Attributes are written with underscores: `data_fee` becomes `data-fee`.
    """
    return SelectChoice(value, label, {name.replace("_", "-"): text for name, text in attributes.items()})
