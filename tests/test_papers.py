"""The papers speak of what is there: links lead somewhere, settings and libraries are all explained."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
SETTING = re.compile(r'get\("([A-Z_]+)"')


def test_every_link_between_papers_leads_somewhere() -> None:
    links = [(paper, link) for paper in PAPERS for link in LINK.findall(paper.read_text(encoding="utf-8"))]
    local = [(paper, link) for paper, link in links if "://" not in link]
    assert len(local) > 20
    assert [f"{paper.name}: {link}" for paper, link in local if not (paper.parent / link).exists()] == []


def test_every_page_of_docs_is_listed() -> None:
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in ROOT.glob("docs/**/*.md")} - {"README.md"}
    assert [page for page in sorted(pages) if f"({page})" not in listed] == []


def test_every_setting_is_explained() -> None:
    explained = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
    settings = set(SETTING.findall((ROOT / "marketplace" / "config.py").read_text(encoding="utf-8")))
    assert len(settings) > 10
    assert [name for name in sorted(settings) if f"`DESAMART_{name}`" not in explained] == []


def test_every_library_is_accounted_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    accounted = (ROOT / "docs/decisions/0004-libraries.md").read_text(encoding="utf-8")
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.match(r"[a-z0-9-]+", requirement).group() for requirement in wanted]  # type: ignore[union-attr]
    assert [name for name in names if not re.search(rf"\b{name}\b", accounted)] == []
