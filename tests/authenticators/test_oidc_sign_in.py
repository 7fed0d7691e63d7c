"""A person who signs in at the authority's service gets their own session here, and no one else's."""

import logging
from datetime import timedelta

import pytest
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import SECRET, PretendProvider
from tests.support.sign_in import CLIENT, AccountHolder

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.tickets import LIFE
from anninh_core.kernel.errors import NotFound, NotSignedIn
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, memory_app
from anninh_core.usecase.actor import person, system

WORDS = "Your sign-in data is wrong or has expired: sign in again"


def test_officer_signs_in_at_the_service(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """A code redeemed with its verifier gives an ordinary session, without a second factor."""
    session = sign_in(app, provider)
    me = app.accounts.authenticate_token(session.token)

    assert (me.id, me.sign_in.method, session.fresh_until) == (lan.id, SignInMethod.OIDC, None)
    assert [row.method for row in app.accounts.sessions(me)] == [SignInMethod.OIDC]
    assert len(provider.form["code_verifier"]) >= 43


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:two"}], ids=str)
def test_second_factor_at_the_service_counts(
    app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock, claims: dict[str, object]
) -> None:
    """A second factor in this sign-in at the service counts for some minutes."""
    provider.user |= {"auth_time": int(clock.now().timestamp()), **claims}
    me = app.accounts.authenticate_token(sign_in(app, provider, fresh=True).token)

    assert me.sign_in.is_fresh(clock.now())
    assert not me.sign_in.is_fresh(clock.now() + timedelta(minutes=6))
    assert app.accounts.make_token(me, "Thử", clock.now() + timedelta(days=1)).id


@pytest.mark.parametrize(
    "claims",
    [
        {"amr": ["mfa"]},
        {"amr": ["mfa"], "auth_time": -3600},
        {"amr": ["mfa"], "auth_time": 3600},
        {"amr": ["pwd"], "auth_time": 0},
        {"amr": "mfa", "auth_time": 0},
        {"amr": [["mfa"], 7], "auth_time": 0},
        {"acr": "urn:one", "auth_time": 0},
        {"acr": ["urn:two"], "auth_time": 0},
        {"auth_time": 0},
    ],
    ids=str,
)
def test_old_second_factor_does_not_count(
    app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock, claims: dict[str, object]
) -> None:
    """Without proof that the second factor was part of this sign-in, it doesn't count: a service remembers people for
    days.
    """
    if isinstance(offset := claims.get("auth_time"), int):
        claims = {**claims, "auth_time": int(clock.now().timestamp()) + offset}
    provider.user |= claims

    assert sign_in(app, provider).fresh_until is None


def test_session_ends_with_deactivation(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """Deactivating an officer ends the session, and the next sign-in is refused."""
    boss = app.units.appoint(system("setup"), "Cán bộ Hai", "hoa-lu", roles=["board_admin", "standing_officer"])
    session = sign_in(app, provider)
    app.accounts.deactivate(person(boss.id), lan.id)
    with pytest.raises(NotSignedIn):
        app.accounts.authenticate_token(session.token)
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)


def test_unknown_name_is_refused(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """A name at the service without an account here, even a similar one, is refused."""
    for name in ("minh", "LAN", "lan ", "", lan.id, "ｌａｎ", "\ud800", 7, None, ["lan"]):
        provider.user["preferred_username"] = name
        with pytest.raises(NotSignedIn, match=WORDS):
            sign_in(app, provider)


def test_stolen_code_is_refused(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """A stolen code is refused: its state belongs to another ticket, and with the thief's own state the service rejects
    the verifier.
    """
    own_attempt = app.accounts.begin_provider_sign_in()
    other_attempt = app.accounts.begin_provider_sign_in()
    stolen = provider.browse(other_attempt.url)
    own_answer = provider.browse(own_attempt.url)
    finish = app.accounts.finish_provider_sign_in

    with pytest.raises(NotSignedIn, match=WORDS):
        finish(own_attempt.ticket, stolen["state"], stolen["code"], client=CLIENT)
    assert "/token" not in provider.asked
    with pytest.raises(NotSignedIn, match=WORDS):
        finish(own_attempt.ticket, own_answer["state"], stolen["code"], client=CLIENT)
    assert provider.asked.count("/token") == 1


def test_state_is_used_once(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """A used state is refused, even with another code."""
    attempt = app.accounts.begin_provider_sign_in()
    first, second = provider.browse(attempt.url), provider.browse(attempt.url)
    app.accounts.finish_provider_sign_in(attempt.ticket, first["state"], first["code"], client=CLIENT)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_provider_sign_in(attempt.ticket, second["state"], second["code"], client=CLIENT)
    assert provider.asked.count("/token") == 1


def test_state_expires(app: App, provider: PretendProvider, lan: AccountHolder, clock: FixedClock) -> None:
    """A sign-in attempt that was begun and left expires."""
    attempt = app.accounts.begin_provider_sign_in()
    answer = provider.browse(attempt.url)
    clock.advance(LIFE)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_provider_sign_in(attempt.ticket, answer["state"], answer["code"], client=CLIENT)
    assert "/token" not in provider.asked


def test_forged_ticket_is_refused(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """An altered, invented or other-purpose ticket is refused."""
    attempt = app.accounts.begin_provider_sign_in()
    answer = provider.browse(attempt.url)
    body, signature = attempt.ticket.rsplit(".", 1)
    other = app.internals.services.accounts.tickets.draw_ticket("passkey", app.internals.context.clock.now()).text
    for ticket in (
        "",
        ".",
        "a.b.c",
        f"{body}.",
        f"{body}1.{signature}",
        f"x{attempt.ticket}",
        other,
        "đ.1.đ",
        "\ud800",
    ):
        with pytest.raises(NotSignedIn, match=WORDS):
            app.accounts.finish_provider_sign_in(ticket, answer["state"], answer["code"], client=CLIENT)
    assert "/token" not in provider.asked


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", "same/"])
def test_other_issuer_is_refused(app: App, provider: PretendProvider, lan: AccountHolder, issuer: str) -> None:
    """An answer that names another issuer than the service is refused (RFC 9207)."""
    attempt = app.accounts.begin_provider_sign_in()
    answer = provider.browse(attempt.url)
    issuer = issuer.replace("same", provider.issuer)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_provider_sign_in(
            attempt.ticket, answer["state"], answer["code"], issuer=issuer, client=CLIENT
        )
    assert "/token" not in provider.asked


def test_announced_issuer_is_required(app: App, provider: PretendProvider, lan: AccountHolder) -> None:
    """If the service announces that its answers name the issuer, an answer without it is refused."""
    provider.document["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    attempt = app.accounts.begin_provider_sign_in()
    answer = provider.browse(attempt.url)
    finish = app.accounts.finish_provider_sign_in
    assert finish(attempt.ticket, answer["state"], answer["code"], issuer=provider.issuer).officer == lan.id


def test_sign_in_leaks_no_secret(
    app: App, provider: PretendProvider, lan: AccountHolder, caplog: pytest.LogCaptureFixture
) -> None:
    """Log, journal and errors contain no code, token, verifier or secret; the journal entry names the sign-in
    method.
    """
    with caplog.at_level(logging.DEBUG):
        attempt = app.accounts.begin_provider_sign_in()
        answer = provider.browse(attempt.url)
        session = app.accounts.finish_provider_sign_in(attempt.ticket, answer["state"], answer["code"], client=CLIENT)
        verifier = provider.form["code_verifier"]
        provider.changed["nonce"] = "x"
        second_attempt = app.accounts.begin_provider_sign_in()
        second_answer = provider.browse(second_attempt.url)
        with pytest.raises(NotSignedIn) as refused:
            app.accounts.finish_provider_sign_in(
                second_attempt.ticket, second_answer["state"], second_answer["code"], client=CLIENT
            )
    journal = b"".join(line.content for line in app.internals.context.storage.journal.read(limit=1000)).decode()
    output = journal + caplog.text + str(refused.value) + repr((attempt, session, second_attempt))
    secrets = (answer["code"], second_answer["code"], attempt.ticket, answer["state"], verifier, SECRET, session.token)

    assert not [secret for secret in secrets if secret in output]
    assert '"sign_in":"oidc"' in journal
    assert "The ID token belongs to another sign-in attempt." in journal
    assert refused.value.__cause__ is None


def test_service_needs_settings(clock: FixedClock) -> None:
    """Without settings, a sign-in at a service can be neither begun nor finished."""
    with memory_app(clock=clock) as app:
        with pytest.raises(NotFound, match=r"sign_in\.oidc"):
            app.accounts.begin_provider_sign_in()
        with pytest.raises(NotFound, match=r"sign_in\.oidc"):
            app.accounts.finish_provider_sign_in("t", "s", "c")
