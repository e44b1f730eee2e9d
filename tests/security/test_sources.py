"""What our sources never do, so that whole kinds of holes cannot be there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The demo draws its goods by lot, the same each time; no secret comes of it.
PYTHON = [path for path in sorted(ROOT.glob("marketplace/**/*.py")) if "demo" not in path.parts]
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
SCRIPTS = sorted(ROOT.glob("static/js/*.js"))
# What runs text as code, reads objects from bytes, or starts programs.
NEVER = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "render_template_string", "from_string",
    "pickle.loads", "pickle.load", "marshal.loads", "yaml.load", "shelve.open", "subprocess.run",
    "subprocess.Popen", "hashlib.md5", "hashlib.sha1", "random.choice", "random.randint", "uuid.uuid1",
    "tempfile.mktemp", "xml.etree.ElementTree.parse", "xml.etree.ElementTree.fromstring",
}  # fmt: skip


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a file, by what is called (`re.compile` and `db.execute` are not `compile`)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def found(pattern: str, paths: list[Path]) -> list[str]:
    """Files in which it stands."""
    return [str(path.relative_to(ROOT)) for path in paths if re.search(pattern, path.read_text())]


def test_no_text_becomes_code_and_no_program_is_started_but_the_databases_own() -> None:
    used = {
        (str(path.relative_to(ROOT / "marketplace")), name)
        for path in PYTHON
        for name, _call in calls(path)
        if name in NEVER
    }
    assert used <= {("operations/backup/postgres_dump.py", "subprocess.run")}
    assert found(r"shell\s*=\s*True", PYTHON) == []


def test_markup_is_made_in_four_places_only() -> None:
    made = [str(path.relative_to(ROOT / "marketplace")) for path in PYTHON if "Markup(" in path.read_text()]
    assert set(made) <= {"kit/attributes.py", "kit/pieces.py", "kit/qr.py", "kit/once.py", "kit/stars.py"}


def test_templates_escape_everything_and_hold_no_script() -> None:
    assert found(r"\|\s*safe\b|autoescape\s+false|javascript:", TEMPLATES) == []
    assert found(r"<script(?![^>]*\bsrc=)|<[a-z][^>{]*\sstyle=", TEMPLATES) == []
    assert found(r"\son(click|load|error|submit|change|input|focus|blur|key\w+)=", TEMPLATES) == []


def test_scripts_write_text_and_never_markup_and_talk_to_nobody_else() -> None:
    assert (
        found(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage",
            SCRIPTS,
        )
        == []
    )
    assert found(r"https?://|sessionStorage|indexedDB|document\.cookie", SCRIPTS) == []
    assert found(r"localStorage", SCRIPTS) == ["static/js/draft.js"]


def test_statements_are_never_put_together_from_what_was_typed() -> None:
    """`text()` gets constants; f-strings stand in listed places, where names of columns are ours."""
    put_together = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in PYTHON
        for name, call in calls(path)
        if name in ("text", "sa.text", "db.text") and call.args and isinstance(call.args[0], ast.BinOp)
    ]
    assert put_together == []


def test_whoever_calls_outside_waits_for_ten_seconds_at_most_and_follows_nobody() -> None:
    asked = [
        (name, {keyword.arg for keyword in call.keywords})
        for path in PYTHON
        for name, call in calls(path)
        if re.fullmatch(r"(requests|session|self\._session|self\._http)\.(get|post|request)", name)
        and "payments" in path.parts and "simulator" not in path.parts
    ]  # fmt: skip
    assert all({"timeout", "allow_redirects"} <= named for _name, named in asked)
    assert found(r"verify\s*=\s*False|_create_unverified_context|CERT_NONE", PYTHON) == []


def test_every_library_is_pinned_by_its_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE | re.IGNORECASE)
        assert len(pinned) > 20
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text.strip()))


@pytest.mark.parametrize("words", ["BEGIN RSA PRIVATE", "BEGIN PRIVATE", "sk_live_", "Mid-server-" + "SB"])
def test_no_secret_lies_in_the_sources(words: str) -> None:
    assert found(re.escape(words), PYTHON) == []
