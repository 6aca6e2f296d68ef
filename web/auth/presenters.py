"""What the pages of signing in and of one's own account show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from typing import Any

from flask import render_template, url_for

from engine.storage.database import Database
from engine.storage.work import Work
from web.auth.reading import DemoLogin, demo_logins
from web.current import casework, settings
from web.i18n import N_, _, moment_in_words, ngettext
from web.inbox.forms import Shown, Typed
from web.postings.presenters import lent_in_words
from web.words import role_name
from workflows.identity.sign_ins import SignIn, sign_ins_of
from workflows.municipalities.postings import led_units, lent_to
from workflows.municipalities.records import EmployeeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """The sign-in page. `carried` is what was typed before, packed for the one who typed it."""

    next: str
    username: str = ""
    problem: str = ""
    expired: bool = False
    carried: str = ""

    def with_problem(self, sentence: str) -> "SignInPage":
        """Return the page with a sentence about what is wrong."""
        return replace(self, problem=sentence)

    def demo(self, database: Database) -> Sequence[DemoLogin]:
        """Return the sign-ins of a demonstration; none anywhere else."""
        return demo_logins(database)


def show_sign_in(page: SignInPage) -> str:
    """Return the sign-in page as it is sent: with passwords of ours, the provider, or both."""
    return render_template(
        "auth/sign_in.html",
        page=page,
        demo=page.demo(casework().database),
        local=settings().local_accounts,
        provider=settings().oidc is not None,
    )


def wait_in_words(left: timedelta) -> str:
    """Return the sentence for one who has tried too often."""
    minutes = max(1, ceil(left.total_seconds() / 60))
    return ngettext(
        "Der er prøvet for mange gange. Vent %(num)d minut, og prøv igen.",
        "Der er prøvet for mange gange. Vent %(num)d minutter, og prøv igen.",
        minutes,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """One browser in which the reader is signed in; `end` ends it, and is "" for this one."""

    device: str
    since: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Who the reader is here. Without a password of ours there are no `fields`, nor `ending`.

    `lent` is what they may do for other units, `lends` where they lend what their own unit may,
    `post` where they read their mail in a house without a mail server.
    """

    facts: Sequence[Mapping[str, str]]
    post: str
    lent: Sequence[str]
    lends: str
    there: Sequence[There]
    ending: Sequence[Shown]
    fields: Sequence[Shown]


def account_page(
    work: Work, who: EmployeeRow, this: str, problems: Mapping[str, str] | None
) -> AccountPage:
    """Return the page of the actor; `this` is the digest of the sign-in that asks."""
    roles = ", ".join(sorted(role_name(role) for role in work.actor.roles))
    return AccountPage(
        facts=[
            {"label": _("Navn"), "value": who.name},
            {"label": _("Brugernavn"), "value": who.username},
            {"label": _("Mail"), "value": who.email},
            {"label": _("Roller"), "value": roles or _("ingen")},
        ],
        post="" if settings().smtp_host else url_for("auth.letters"),
        lent=[lent_in_words(work, each) for each in lent_to(work, who.id)],
        lends=url_for("postings.index") if led_units(work) else "",
        there=[_there(work, each, this) for each in sign_ins_of(work, who.id)],
        ending=_ending_fields(problems or {}) if who.password_hash else (),
        fields=new_password_fields(problems) if who.password_hash else (),
    )


def _ending_fields(problems: Mapping[str, str]) -> Sequence[Shown]:
    """Return the field that is asked for before a session elsewhere is ended."""
    box = _box(
        "password_end", N_("Din adgangskode, for at logge ud andre steder"), "current-password"
    )
    return [box | {"error": problems.get("password_end", "")}]


def new_password_fields(
    problems: Mapping[str, str] | None, typed: Typed | None = None, *, with_code: bool = False
) -> Sequence[Shown]:
    """Return the fields that set a password: with the present one, or with a code."""
    first = (
        _box("code", N_("Koden, du har fået"), "one-time-code")
        if with_code
        else _box("password_now", N_("Nuværende adgangskode"), "current-password")
    )
    new = _box("password_new", N_("Ny adgangskode"), "new-password") | {
        "help": _("Mindst 12 tegn. Nogle ord, der ikke hører sammen, er lette at huske.")
    }
    again = _box("password_again", N_("Ny adgangskode igen"), "new-password")
    said = problems or {}
    shown = [each | {"error": said.get(each["key"], "")} for each in (first, new, again)]
    shown[0]["value"] = typed.get("code", "") if typed else ""  # a password is typed again
    return shown


def _box(key: str, label: str, autocomplete: str) -> dict[str, Any]:
    kind = "textfield" if key == "code" else "password"
    return {
        "key": key,
        "type": kind,
        "label": _(label),
        "required": True,
        "autocomplete": autocomplete,
    }


def _there(work: Work, sign_in: SignIn, this: str) -> There:
    since = moment_in_words(work, sign_in.began_at)
    here = sign_in.digest == this
    return There(
        device=sign_in.device or _("Ukendt browser"),
        since=_("her, siden %(when)s", when=since) if here else _("siden %(when)s", when=since),
        end="" if here else url_for("auth.sign_out_there", digest=sign_in.digest),
    )
