"""Decides the pages of signing in, registering, leaving and the own account."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts import signing_in
from marketplace.accounts.browsers import leave_everywhere, signed_in_browsers
from marketplace.accounts.forms import RegistrationForm, SignInForm
from marketplace.accounts.guards import anyone, person, signed_in
from marketplace.accounts.models import ADMIN, FINANCE, OFFICER, OPERATOR, User
from marketplace.accounts.registering import applicant, register
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.kit.addresses import local_path
from marketplace.kit.clock import now
from marketplace.kit.codes import token_hash
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import full_labels

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/masuk")
@anyone("the way in")
def sign_in_page() -> ResponseReturnValue:
    """Ask for e-mail and password."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")), 303)
    return _sign_in_form(SignInForm(next=local_path(request.args.get("next"))))


@blueprint.post("/masuk")
@anyone("the way in")
def sign_in() -> ResponseReturnValue:
    """Let somebody in. Unknown e-mail and wrong password get the same words."""
    form = SignInForm(next=local_path(request.args.get("next")))
    if not form.validate():
        return _sign_in_form(form), 422
    email, source = form.email.data or "", request.remote_addr or ""
    try:
        # Outside the transaction: judging a password is slow on purpose, and other writers must not wait.
        found = signing_in.check(email, form.sandi.data or "", source=source, at=now())
        with transaction():
            if found:
                signing_in.begin(found, at=now())
            else:
                signing_in.note_refusal(email, source=source, at=now())
    except signing_in.TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return _sign_in_form(form), refusal.status
    if found is None:
        form.form_errors.append(_("Email atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."))
        return _sign_in_form(form), 422
    return redirect(local_path(form.next.data), 303)


@blueprint.get("/daftar")
@anyone("becoming a buyer")
def registration_page() -> ResponseReturnValue:
    """Ask for what an account needs."""
    return _registration_form(RegistrationForm(next=local_path(request.args.get("next"))))


@blueprint.post("/daftar")
@anyone("becoming a buyer")
@limiter.limit(lambda: f"{settings().orders_per_minute}/minute")
def registration() -> ResponseReturnValue:
    """Create the account and sign in."""
    form = RegistrationForm(next=local_path(request.args.get("next")))
    if not form.validate():
        return _registration_form(form), 422
    try:
        user = applicant(
            form.nama.data or "",
            form.telepon.data or "",
            form.email.data or "",
            form.sandi.data or "",
            now(),
        )
        with transaction():
            signing_in.begin(register(user), at=now())
    except Invalid as refusal:
        form[refusal.field or "email"].errors = [refusal.message]
        return _registration_form(form), 422
    flash(_("Selamat datang! Akun Anda sudah siap."), "success")
    return redirect(local_path(form.next.data), 303)


@blueprint.post("/keluar")
@anyone("leaving harms nobody, also twice")
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    if current_user.is_authenticated:
        with transaction():
            signing_in.end(current_user.token, at=now())
    return redirect("/", 303)


@blueprint.get("/akun")
@signed_in
def account() -> ResponseReturnValue:
    """Who am I here, and where am I signed in."""
    user = person()
    return render_template(
        "accounts/account.html",
        user=user,
        browsers=signed_in_browsers(user, at=now()),
        here=token_hash(current_user.token),
        roles=_roles(user),
        moment=lambda at: _("%(time)s WIB", time=format_datetime(at, "d MMM y, HH.mm")),
    )


@blueprint.post("/akun/keluar-semua")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of the person, this one included."""
    with transaction():
        leave_everywhere(person(), at=now())
        signing_in.end(current_user.token, at=now())
    return redirect("/masuk", 303)


def _roles(user: User) -> list[tuple[str, str]]:
    """The person's roles in words, each with the name of the region it covers."""
    words = {
        OPERATOR: _("Operator desa"),
        OFFICER: _("Petugas program"),
        FINANCE: _("Keuangan"),
        ADMIN: _("Administrator"),
    }
    places = full_labels(grant.scope for grant in user.grants if grant.scope)
    return [(words[grant.role], places.get(grant.scope, "")) for grant in user.grants]


def _sign_in_form(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", form=form)


def _registration_form(form: RegistrationForm) -> str:
    return render_template("accounts/registration.html", form=form)
