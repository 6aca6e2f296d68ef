"""Signing in through a provider of OpenID Connect that we did not write (oidc-provider-mock).

It listens on this machine, publishes what it is by discovery, and signs its own tokens.
"""

import base64
import hashlib
import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select

from engine.ports import SYSTEM
from engine.settings import OidcSettings, Settings, WrongSetting
from engine.storage.work import Casework
from tests.web.conftest import Page, Visitor
from web.app import create_app
from workflows.municipalities.directory import actor_of
from workflows.municipalities.records import EmployeeRow, PostRow

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses parts of Authlib that will move
    import oidc_provider_mock
    from oidc_provider_mock import _server

# The provider runs in this process, and uses parts of Authlib that will move.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

GROUPS = """
[[groups]]
group = "KUI-UU"
role = "uu_counsellor"
unit = "uu"

[[groups]]
group = "KUI-Drift"
role = "system_admin"
unit = "uu"
"""
KNUD: Mapping[str, Any] = {
    "name": "Knud Kommunal",
    "preferred_username": "knudk",
    "email": "knud@kommune.example",
    "groups": ["KUI-UU", "Alle ansatte"],
}


@dataclass(slots=True)
class Provider:
    """The provider that runs, and the forms that were sent to where tokens are given."""

    issuer: str
    token_requests: list[Mapping[str, str]] = field(default_factory=list)
    keys: Any = None  # shown instead of its own
    sends_on: str = ""  # where it sends on whoever brings our secret

    def knows(self, subject: str, claims: Mapping[str, Any]) -> None:
        answer = requests.put(f"{self.issuer}/users/{subject}", json=dict(claims), timeout=10)
        assert answer.status_code == 204

    def let_in(self, address: str, subject: str) -> str:
        """Sign in as `subject` where the browser was sent; return where it is sent back to."""
        answer = requests.post(address, data={"sub": subject}, timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """The provider, on a port that is free."""
    found = Provider("")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app = oidc_provider_mock.app(require_nonce=True)

        def watched(environ: Any, start_response: Any) -> Any:
            if environ["PATH_INFO"] == "/oauth2/token":
                sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
                found.token_requests.append(dict(parse_qsl(sent.decode())))
                environ["wsgi.input"] = BytesIO(sent)
            if environ["PATH_INFO"] == "/sendt-videre":
                start_response("307 Temporary Redirect", [("Location", found.sends_on)])
                return [b""]
            if environ["PATH_INFO"] == "/jwks" and found.keys:
                start_response("200 OK", [("Content-Type", "application/json")])
                return [json.dumps(found.keys).encode()]
            return app(environ, start_response)

        with _server._threaded_server(watched) as server:
            found.issuer = f"http://localhost:{server.server_port}"
            yield found


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider, with Knud in it."""
    running.token_requests.clear()
    running.knows("knud", KNUD)
    return running


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    """The settings of a house that signs in through the provider, and by passwords."""
    settings.home.mkdir(parents=True, exist_ok=True)
    groups = settings.home / "groups.toml"
    groups.write_text(GROUPS)
    oidc = OidcSettings(
        issuer=provider.issuer,
        client_id="tovholder",
        client_secret="only for tests",
        groups=groups,
        groups_claim="groups",
        acr="",
    )
    return replace(settings, oidc=oidc, public_url="http://localhost")


@dataclass(slots=True)
class Arriving:
    """A browser on its way through the provider."""

    browser: Visitor
    provider: Provider

    def asked(self, next: str = "/") -> str:
        """Go to the provider; return the address one is sent to."""
        return self.browser.get("/log-ind/kommune", query_string={"next": next}).address

    def back(self, address: str) -> Page:
        """Follow the way back."""
        parts = urlsplit(address)
        return self.browser.get(f"{parts.path}?{parts.query}")

    def arrive(self, subject: str = "knud", next: str = "/") -> Page:
        return self.back(self.provider.let_in(self.asked(next), subject))


@pytest.fixture
def arriving(visitor: Callable[[], Visitor], provider: Provider) -> Callable[[], Arriving]:
    """What gives a browser of somebody who comes through the provider."""
    return lambda: Arriving(visitor(), provider)


def posts_of(town: Casework, username: str) -> set[str]:
    """Return the roles of the posts of an employee."""
    with town.work(SYSTEM) as work:
        query = (
            select(PostRow.role)
            .join(EmployeeRow, EmployeeRow.id == PostRow.employee_id)
            .where(EmployeeRow.username == username)
        )
        return set(work.session.scalars(query))


def test_somebody_new_comes_in_with_the_roles_of_their_groups(arriving, town):
    knud = arriving()

    answer = knud.arrive(next="/sager")

    assert (answer.status, answer.address) == (303, "/sager")
    assert "Knud Kommunal" in knud.browser.get("/indbakke").text
    assert posts_of(town, "knudk") == {"uu_counsellor"}


def test_the_way_there_carries_state_nonce_and_the_challenge_of_pkce(arriving, provider):
    knud = arriving()
    asked = parse_qs(urlsplit(address := knud.asked()).query)

    knud.back(provider.let_in(address, "knud"))

    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    assert asked["nonce"]
    verifier = provider.token_requests[0]["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert asked["code_challenge"] == [base64.urlsafe_b64encode(digest).rstrip(b"=").decode()]


def test_each_way_there_has_a_state_nonce_and_challenge_of_its_own(arriving):
    knud = arriving()

    first, second = (parse_qs(urlsplit(knud.asked()).query) for _ in range(2))

    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_an_answer_that_nobody_here_asked_for_opens_nothing(arriving, visitor, provider):
    answer = provider.let_in(arriving().asked(), "knud")
    victim = Arriving(visitor(), provider)

    page = victim.back(answer)

    assert (page.status, "Kommunens login lykkedes ikke. Prøv igen." in page.text) == (400, True)
    assert victim.browser.get("/indbakke").status == 303


def test_an_answer_is_good_for_once(arriving, provider):
    knud = arriving()
    answer = provider.let_in(knud.asked(), "knud")
    knud.back(answer)
    knud.browser.post("/log-ud")

    assert knud.back(answer).status == 400


def test_a_refusal_at_the_provider_is_a_sentence(arriving):
    knud = arriving()
    state = parse_qs(urlsplit(knud.asked()).query)["state"][0]

    page = knud.browser.get(f"/log-ind/retur?error=access_denied&state={state}")

    assert (page.status, "Kommunens login lykkedes ikke. Prøv igen." in page.text) == (400, True)


def test_who_has_no_group_with_a_role_is_told_so(arriving, provider, town):
    provider.knows("ulla", KNUD | {"preferred_username": "ullau", "groups": ["Alle ansatte"]})

    page = arriving().arrive("ulla")

    assert page.status == 403
    assert "ingen af dine grupper giver en rolle i Tovholder" in page.text
    assert posts_of(town, "ullau") == set()


def test_a_group_that_is_left_takes_its_role_along_at_the_next_sign_in(arriving, provider, town):
    arriving().arrive()
    provider.knows("knud", KNUD | {"groups": ["KUI-Drift"]})

    arriving().arrive()

    assert posts_of(town, "knudk") == {"system_admin"}


def test_a_post_that_the_house_gave_stays_whatever_the_groups_say(arriving, provider, town, staff):
    provider.knows("mentor", KNUD | {"email": "mentor@kommune.example"})

    arriving().arrive("mentor")

    assert posts_of(town, "mentor") == {"mentor", "uu_counsellor"}


def test_one_who_works_here_is_known_by_the_mail_address_once_and_by_the_subject_after(
    arriving, provider, town
):
    provider.knows("m-1", KNUD | {"email": "Mentor@kommune.example"})
    arriving().arrive("m-1")
    provider.knows("m-2", KNUD | {"email": "mentor@kommune.example"})

    arriving().arrive("m-2")

    assert posts_of(town, "knudk") == {"uu_counsellor"}  # somebody else, who got a row of their own


def test_an_address_that_is_not_proven_makes_nobody_somebody_else(arriving, provider, town):
    unproven = {"email": "mentor@kommune.example", "email_verified": False}
    provider.knows("x", KNUD | unproven)

    arriving().arrive("x")

    assert posts_of(town, "mentor") == {"mentor"}


def test_a_username_that_somebody_has_is_not_taken_over(arriving, provider):
    provider.knows("y", KNUD | {"preferred_username": "system_admin"})

    page = arriving().arrive("y")

    assert page.status == 403
    assert "Dit brugernavn hos kommunen har en anden her." in page.text


def test_who_has_left_does_not_come_in_by_the_provider(arriving, town):
    arriving().arrive()
    with town.work(SYSTEM) as work:
        query = select(EmployeeRow).where(EmployeeRow.username == "knudk")
        work.session.scalars(query).one().active = False

    page = arriving().arrive()

    assert (page.status, "Din konto i Tovholder er lukket." in page.text) == (403, True)


def test_nobody_is_sent_out_of_the_house_by_the_way_back(arriving):
    assert arriving().arrive(next="https://ond.example/").address == "/"


def test_signing_out_leads_to_signing_out_at_the_provider(arriving, provider):
    knud = arriving()
    knud.arrive()
    knud.browser.get("/indbakke")

    answer = knud.browser.post("/log-ud")

    there = urlsplit(answer.address)
    assert f"{there.scheme}://{there.netloc}" == provider.issuer
    assert parse_qs(there.query)["post_logout_redirect_uri"] == ["http://localhost/log-ind"]
    assert knud.browser.get("/indbakke").status == 303
    form = requests.get(answer.address, timeout=10)
    back = re.search(r'name="redirect_uri"[^>]*value="([^"]+)"', form.text)
    assert back is not None
    assert back[1] == "http://localhost/log-ind"


def test_forms_may_lead_to_the_provider_and_nowhere_else(arriving, provider):
    policy = arriving().browser.get("/log-ind").response.headers["Content-Security-Policy"]

    assert f"form-action 'self' {provider.issuer}" in policy


def test_a_sign_in_that_is_weaker_than_asked_for_is_refused(settings, town, provider):
    assert settings.oidc is not None
    strict = replace(settings, oidc=replace(settings.oidc, acr="urn:two-factor"))
    knud = Arriving(Visitor(create_app(town, strict).test_client()), provider)

    page = knud.arrive()

    assert (page.status, "Log ind med to faktorer." in page.text) == (400, True)


def test_a_sign_in_as_strong_as_asked_for_comes_in(settings, town, provider):
    assert settings.oidc is not None
    provider.knows("stærk", KNUD | {"acr": "urn:two-factor"})
    strict = replace(settings, oidc=replace(settings.oidc, acr="urn:two-factor"))
    knud = Arriving(Visitor(create_app(town, strict).test_client()), provider)

    assert knud.arrive("stærk").status == 303


def test_a_provider_that_is_another_than_it_should_be_is_not_believed(settings, town, provider):
    assert settings.oidc is not None
    other = provider.issuer.replace("localhost", "127.0.0.1")
    strange = replace(settings, oidc=replace(settings.oidc, issuer=other + "/."))
    page = Visitor(create_app(town, strange).test_client()).get("/log-ind/kommune")

    assert (page.status, "giver sig ud for en anden" in page.text) == (502, True)


def test_a_token_that_is_signed_by_another_key_is_not_believed(arriving, provider, monkeypatch):
    monkeypatch.setattr(provider, "keys", KeySet([RSAKey.generate_key(2048)]).as_dict())

    page = arriving().arrive()

    assert (page.status, "Kommunens login lykkedes ikke." in page.text) == (400, True)


def test_a_token_for_somebody_else_is_not_believed(settings, town, provider, monkeypatch):
    assert settings.oidc is not None
    knud = Arriving(Visitor((app := create_app(town, settings)).test_client()), provider)
    answer = provider.let_in(knud.asked(), "knud")
    theirs = replace(settings, oidc=replace(settings.oidc, client_id="another"))
    monkeypatch.setitem(app.extensions, "tovholder-settings", theirs)

    page = knud.back(answer)

    assert (page.status, "Kommunens login lykkedes ikke." in page.text) == (400, True)


def test_only_signatures_that_nobody_here_could_make_are_taken(settings, town, provider):
    app = create_app(town, settings)
    offered = ["none", "HS256", "HS512", "RS256", "ES256"]
    client = app.extensions["authlib.integrations.flask_client"].create_client("provider")
    client.load_server_metadata()["id_token_signing_alg_values_supported"] = offered
    Arriving(Visitor(app.test_client()), provider).asked()

    assert client.server_metadata["id_token_signing_alg_values_supported"] == ["ES256", "RS256"]


def test_a_provider_that_does_not_answer_is_a_sentence(settings, town):
    assert settings.oidc is not None
    gone = replace(settings, oidc=replace(settings.oidc, issuer="http://127.0.0.1:9"))
    page = Visitor(create_app(town, gone).test_client()).get("/log-ind/kommune")

    assert (page.status, "Kommunens login svarer ikke." in page.text) == (502, True)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server, and the addresses it was asked for."""
    asked: list[str] = []

    def answer(environ: Any, start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    with _server._threaded_server(answer) as server:
        yield f"http://localhost:{server.server_port}", asked


def test_nobody_is_followed_from_the_provider_to_another_server(settings, town, elsewhere):
    there, asked = elsewhere

    def sent_on(_environ: Any, start_response: Any) -> Any:
        start_response("302 Found", [("Location", f"{there}/andre")])
        return [b""]

    with _server._threaded_server(sent_on) as server:
        issuer = f"http://localhost:{server.server_port}"
        led = replace(settings, oidc=replace(settings.oidc, issuer=issuer))
        page = Visitor(create_app(town, led).test_client()).get("/log-ind/kommune")

    assert (page.status, "Kommunens login svarer ikke." in page.text) == (502, True)
    assert asked == []


def test_the_secret_of_the_house_is_not_sent_on_to_another_server(
    arriving, provider, elsewhere, monkeypatch
):
    there, asked = elsewhere
    somebody = arriving()
    back = provider.let_in(somebody.asked(), "knud")
    client = somebody.browser.client.application.extensions[EXTENSION].create_client("provider")
    metadata = client.load_server_metadata()
    monkeypatch.setitem(metadata, "token_endpoint", f"{provider.issuer}/sendt-videre?til={there}")
    provider.sends_on = f"{there}/token"

    page = somebody.back(back)

    assert (page.status, asked) == (400, [])


EXTENSION = "authlib.integrations.flask_client"


def end_all(here: Arriving) -> str:
    """Ask for the end of all sessions; return where that leads."""
    here.browser.get("/konto")
    return here.browser.post("/konto/log-ud-overalt").address


def test_who_came_through_the_provider_ends_sessions_only_when_asked_again_there(
    arriving, provider, clock
):
    here, there = arriving(), arriving()
    here.arrive()
    there.arrive()

    sent = end_all(here)

    assert (sent.startswith(provider.issuer), "prompt=login" in sent) == (True, True)
    assert there.browser.get("/indbakke").status == 200

    provider.knows("knud", {**KNUD, "auth_time": int(clock.now().timestamp())})

    assert here.back(provider.let_in(sent, "knud")).address == "/konto"
    assert end_all(here) == "/log-ind"
    assert there.browser.get("/indbakke").status == 303


@pytest.mark.parametrize("said", [{"auth_time": None}, {"auth_time": 1_700_000_000}])
def test_a_provider_that_did_not_ask_again_opens_no_end_of_sessions(arriving, provider, said):
    here = arriving()
    here.arrive()
    sent = end_all(here)
    provider.knows("knud", {**KNUD, **said})

    here.back(provider.let_in(sent, "knud"))

    assert end_all(here).startswith(provider.issuer)


def test_where_all_come_through_the_provider_no_password_opens(settings, town):
    only = replace(settings, local_accounts=False)
    somebody = Visitor(create_app(town, only).test_client())

    assert 'name="password"' not in somebody.get("/log-ind").html
    assert somebody.sign_in("intake").status == 403


def test_the_wrong_group_file_is_told_of_and_lets_nobody_in(settings, arriving, town):
    assert settings.oidc is not None
    settings.oidc.groups.write_text(GROUPS.replace('unit = "uu"', 'unit = "findes_ikke"'))

    page = arriving().arrive()

    assert (page.status, "Enheden »findes_ikke«" in page.text) == (403, True)


def test_a_provider_without_tls_is_refused_at_the_start():
    env = {"TOVHOLDER_OIDC_ISSUER": "http://idp.example", "TOVHOLDER_OIDC_CLIENT_ID": "t"}

    with pytest.raises(WrongSetting, match="https"):
        Settings.from_env(env, home="var", secret="only for tests")


def test_roles_of_groups_reach_what_diagrams_ask_for(arriving, town):
    arriving().arrive()

    with town.work(SYSTEM) as work:
        query = select(EmployeeRow.id).where(EmployeeRow.username == "knudk")
        assert actor_of(work, work.session.scalars(query).one()).roles == {"uu_counsellor"}
