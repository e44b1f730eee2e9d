"""Decides what a request for the data dictionary shows: the page, or the same as a file."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access, dictionary
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import frame
from marketplace.kit.languages import retold

blueprint = Blueprint("program_kamus", __name__)


@blueprint.get("/program/kamus")
@officer
def dictionary_page() -> ResponseReturnValue:
    """What every figure means and how it is made; `?format=csv` and `?format=json` are the files."""
    user = person()
    home = access.scopes(user)[0]
    if request.args.get("format") == "json":
        return jsonify(dictionary.as_json())
    if as_file():
        return table_file("kamus", dictionary.HEAD, dictionary.as_rows())
    return render_template(
        "indicators/dictionary.html",
        **frame(user, "kamus"),
        home=home,
        entries=dictionary.entries(),
        missing=[(retold(written), means) for written, means in dictionary.MISSING],
    )
