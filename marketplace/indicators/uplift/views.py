"""Decides what a request for the uplift shows: the region's page, one village, the method."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import officer, person
from marketplace.accounts.models import User
from marketplace.indicators import access, queries
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import frame
from marketplace.indicators.uplift import assessing, course_chart, exports, gathering, words
from marketplace.indicators.uplift.estimating import Estimate, Step
from marketplace.indicators.uplift.said import NAMES, WORDS
from marketplace.indicators.uplift.village import story
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound
from marketplace.regions.models import VILLAGE, Region

EVERY = "semua"
SECTION, METHOD = "uplift", "metode"
# Of bench/uplift.py, see docs/uplift.md: villages with an act, without, bias, coverage, false findings.
SIMULATED = (
    (8, 16, "+3,8% (± 4,8)", "96,9%", "3,5%"),
    (30, 60, "-1,6% (± 2,4)", "96,5%", "4,1%"),
    (130, 260, "+0,5% (± 1,2)", "95,9%", "4,9%"),
)

blueprint = Blueprint("program_uplift", __name__)
FILTERS = "answer percent refusal pretrend cohort short signed between ratio exact points"
for name in FILTERS.split():
    blueprint.add_app_template_filter(getattr(words, name), f"uplift_{name}")


@blueprint.get("/program/uplift")
@officer
def page() -> ResponseReturnValue:
    """What the acts of the programme changed in a region, or why that cannot be said."""
    user, at = person(), now()
    region, act, match = _region(user), _act(), _match()
    found = assessing.assess(region.code, WORDS.get(act, gathering.ALL_ACTS), match, at=at)
    if as_file():
        file = f"desamart-uplift-{region.code}-{act}-{match}"
        return table_file(file, exports.HEAD, exports.rows(found))
    return render_template(
        "indicators/uplift/region.html",
        **frame(user, SECTION, region=region.code),
        **_choices(region, act, match),
        found=found,
        estimate=found.found if isinstance(found.found, Estimate) else None,
        chart=_chart(found.found),
        cutoff=queries.cutoff(at),
    )


@blueprint.get("/program/uplift/desa/<code>")
@officer
def village_page(code: str) -> ResponseReturnValue:
    """One village: its acts, its baseline, before and after, the same season a year earlier."""
    user, at = person(), now()
    place = access.place(user, code)
    if place.level != VILLAGE:
        raise NotFound
    region, act, match = _widest(user, code), _act(), _match()
    told = story(code, region.code, WORDS.get(act, gathering.ALL_ACTS), match, at=at)
    if as_file():
        return table_file(f"uplift-desa-{code}", exports.SEASON_HEAD, exports.seasons(told))
    return render_template(
        "indicators/uplift/village.html",
        **frame(user, SECTION, region=code),
        **_choices(region, act, match),
        place=place,
        path=access.path(user, code),
        story=told,
        cutoff=queries.cutoff(at),
    )


@blueprint.get("/program/metode")
@officer
def method() -> ResponseReturnValue:
    """How the uplift is estimated, what it assumes, and how well that works where the truth is known."""
    return render_template("indicators/uplift/method.html", **frame(person(), METHOD), simulated=SIMULATED)


def _region(user: User) -> Region:
    return access.place(user, request.args.get("wilayah") or access.scopes(user)[0])


def _widest(user: User, code: str) -> Region:
    """The widest region of the person that contains a place: villages are compared inside it."""
    return access.path(user, code)[0]


def _act() -> str:
    """The kind of act asked about, as addresses name it.

    Raises:
        NotFound: there is no such kind.
    """
    act = request.args.get("tindakan", EVERY)
    if act not in (EVERY, *WORDS):
        raise NotFound
    return act


def _match() -> str:
    match = request.args.get("banding", gathering.REGENCY)
    if match not in gathering.MATCHES:
        raise NotFound
    return match


def _choices(region: Region, act: str, match: str) -> dict[str, object]:
    return {
        "region": region,
        "act": act,
        "match": match,
        "acts": {EVERY: _("Semua tindakan"), **{word: str(NAMES[kind]) for word, kind in WORDS.items()}},
        "matches": {
            gathering.REGENCY: _("desa di kabupaten/kota yang sama"),
            gathering.CLASS: _("desa dengan status dan kategori fokus yang sama"),
            gathering.ANYBODY: _("semua desa di wilayah ini"),
        },
        "names": NAMES,
    }


def _chart(found: object) -> course_chart.CourseChart | None:
    if not isinstance(found, Estimate):
        return None
    return course_chart.course_chart(found.steps, words.axis, _step_words)


def _step_words(step: Step) -> str:
    return str(
        _(
            "Bulan %(month)s: %(value)s (%(interval)s), %(villages)s desa",
            month=f"{step.month:+d}",
            value=words.signed(step.rupiah),
            interval=words.between(step.interval),
            villages=step.villages,
        )
    )
