"""Decides the pages of signing in, registering, leaving and the own account."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from marketplace.accounts import passwords, signing_in, slowing
from marketplace.accounts.browsers import change_password, leave_everywhere, new_password, signed_in_browsers
from marketplace.accounts.forms import NewPasswordForm, RegistrationForm, SignInForm
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
    email, source, mark = form.email.data or "", request.remote_addr or "", slowing.given_mark()
    try:
        # Outside the transaction: judging a password is slow on purpose, and other writers must not wait.
        found = signing_in.check(email, form.sandi.data or "", source=source, mark=mark, at=now())
        with transaction():
            if found:
                signing_in.begin(found, at=now())
            else:
                slowing.note_refusal(email, source=source, mark=mark, at=now())
    except slowing.TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return _sign_in_form(form), refusal.status
    if found is None:
        form.form_errors.append(_("Email atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi."))
        return _sign_in_form(form), 422
    return slowing.know_this_browser(_onwards(form), email)


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
    return slowing.know_this_browser(_onwards(form), user.email)


@blueprint.post("/keluar")
@anyone("leaving harms nobody, also twice")
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    if current_user.is_authenticated:
        with transaction():
            signing_in.end(current_user.token, at=now())
    return _nothing_left(redirect("/", 303))


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
    return _nothing_left(redirect("/masuk", 303))


@blueprint.get("/akun/sandi")
@signed_in
def password_page() -> ResponseReturnValue:
    """Ask for the password as it is, and as it is to be."""
    return _password_form(NewPasswordForm())


@blueprint.post("/akun/sandi")
@signed_in
def password() -> ResponseReturnValue:
    """Change the password: all other browsers are signed out, this one goes on under a fresh session."""
    form, user = NewPasswordForm(), person()
    if not form.validate():
        return _password_form(form), 422
    source, mark = request.remote_addr or "", slowing.given_mark()
    try:
        slowing.hold_back(user.email, source=source, mark=mark, at=now())
        if not passwords.matches(user.password_hash, form.sandi.data or ""):
            with transaction():
                slowing.note_refusal(user.email, source=source, mark=mark, at=now())
            raise Invalid(_("Kata sandi ini bukan yang sekarang."), "sandi")
        kept = new_password(user, form.sandi_baru.data or "")
    except Invalid as refusal:
        form[refusal.field or "sandi"].errors = [refusal.message]
        return _password_form(form), refusal.status
    except slowing.TooManyTries as refusal:
        form.form_errors.append(refusal.message)
        return _password_form(form), refusal.status
    with transaction():
        change_password(person(), kept, at=now())
        signing_in.begin(person(), at=now())
    flash(_("Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan."), "success")
    return redirect("/akun", 303)


def _onwards(form: SignInForm | RegistrationForm) -> Response:
    return make_response(redirect(local_path(form.next.data), 303))


def _nothing_left(answer: WerkzeugResponse) -> ResponseReturnValue:
    """What scripts keep in this browser (half-filled forms) goes with the person."""
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


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


def _password_form(form: NewPasswordForm) -> str:
    least = passwords.SHORTEST_WITH_ROLE if person().grants else passwords.SHORTEST
    return render_template("accounts/password.html", form=form, email=person().email, least=least)
