"""The provider of OpenID Connect: the authorisation code flow with PKCE, by Authlib.

State, nonce and the verifier of PKCE are kept in the session, a set for each time somebody goes
there. What comes back is believed only if signed by a key of the very issuer of the settings.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from flask import Flask, current_app, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import CaseworkError
from engine.settings import OidcSettings, Settings
from web.current import settings
from web.security import origin

_NAME = "provider"
_SECONDS = 10
# Signatures that nobody can make who only knows what we know.
_SIGNED_BY = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"}


class NotSignedInThere(CaseworkError):
    """The provider did not let somebody in, or what came back cannot be believed."""


@dataclass(frozen=True, slots=True)
class Told:
    """The claims of a token that has been checked."""

    claims: dict[str, Any]

    def text(self, name: str) -> str:
        """Return a claim that is a text, "" where it is none."""
        value = self.claims.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> frozenset[str]:
        """Return a claim that is a list of texts, or one text."""
        value = self.claims.get(name, ())
        found = [value] if isinstance(value, str) else value
        return frozenset(each for each in found if isinstance(each, str))


def install(app: Flask, settings: Settings) -> None:
    """Let `app` sign people in through the provider of its settings; nothing where there is none.

    The provider is asked about itself when it is first needed.
    """
    if settings.oidc is None:
        return
    from authlib.integrations.flask_client import OAuth

    scope = {"scope": "openid profile email", "code_challenge_method": "S256"}
    OAuth(app).register(
        _NAME,
        client_id=settings.oidc.client_id,
        client_secret=settings.oidc.client_secret or None,
        server_metadata_url=f"{settings.oidc.issuer}/.well-known/openid-configuration",
        client_kwargs={
            **scope,
            "default_timeout": _SECONDS,
            "token_endpoint_auth_method": "client_secret_basic"
            if settings.oidc.client_secret
            else "none",
        },
    )


def send_there(*, anew: bool = False) -> ResponseReturnValue:
    """Send the browser to the provider, which asks again who it is where that is wanted `anew`.

    Raises `NotSignedInThere` when the provider does not answer.
    """
    chosen = provider()
    more = {"acr_values": chosen.acr} if chosen.acr else {}
    if anew:
        more["prompt"] = "login"
    try:
        return cast(ResponseReturnValue, _client().authorize_redirect(_back(), **more))
    except _failures() as error:
        raise NotSignedInThere("Kommunens login svarer ikke. Prøv igen om lidt.") from error


def come_back() -> Told:
    """Return who the provider says has come back. Raises `NotSignedInThere`."""
    chosen = provider()
    wanted = {
        "iss": {"essential": True, "value": chosen.issuer},
        "aud": {"essential": True, "value": chosen.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }
    try:
        token = _client().authorize_access_token(claims_options=wanted)
        told = Told(dict(token["userinfo"]))
    except _failures() as error:
        raise NotSignedInThere("Kommunens login lykkedes ikke. Prøv igen.") from error
    if chosen.acr and told.text("acr") not in chosen.acr.split():
        raise NotSignedInThere("Kommunens login var ikke stærkt nok. Log ind med to faktorer.")
    return told


def sign_out_address() -> str:
    """Return where the browser signs out at the provider as well; "" where that cannot be.

    The content policy lets a form lead to the issuer's own origin only.
    """
    chosen = settings().oidc
    try:
        there = _client().load_server_metadata().get("end_session_endpoint", "") if chosen else ""
    except _failures():
        return ""  # the sign-out here has happened; the provider does not answer
    if not there or chosen is None or origin(there) != origin(chosen.issuer):
        return ""
    back = settings().public_url + url_for("auth.sign_in")
    return f"{there}?{urlencode({'client_id': chosen.client_id, 'post_logout_redirect_uri': back})}"


def provider() -> OidcSettings:
    """Return the provider of the settings. Raises `NotSignedInThere` where there is none."""
    found = settings().oidc
    if found is None:
        raise NotSignedInThere("Her logger man ind med brugernavn og adgangskode.")
    return found


def _back() -> str:
    return settings().public_url + url_for("auth.from_provider")


def _client() -> Any:
    """Return Authlib's client, once what the provider says of itself has been looked at."""
    client = current_app.extensions["authlib.integrations.flask_client"].create_client(_NAME)
    client.client_cls = _straight
    told = client.load_server_metadata()
    if told.get("issuer") != provider().issuer:
        raise NotSignedInThere("Kommunens login giver sig ud for en anden. Sig det til driften.")
    offered = told.get("id_token_signing_alg_values_supported") or ["RS256"]
    told["id_token_signing_alg_values_supported"] = sorted(_SIGNED_BY.intersection(offered))
    return client


def _straight(**given: Any) -> Any:
    """Return a connection that goes to the addresses of the provider and to no other one.

    Whoever could answer in its place with a redirect would learn our secret, or choose our keys.
    """
    from authlib.integrations.requests_client import OAuth2Session

    session = OAuth2Session(**given)
    session.max_redirects = 0  # the first one raises `TooManyRedirects`
    return session


def _failures() -> tuple[type[Exception], ...]:
    """Return what Authlib, its tokens and its connection raise, and a missing part of an answer."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    return (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError)
