"""Who signs in at the authority's service gets a session here, and nobody gets another's."""

import logging
from datetime import timedelta

import pytest
from tests.authenticators.conftest import sign_in
from tests.support.identity_provider import SECRET, PretendProvider
from tests.support.sign_in import CLIENT, Holder

from anninh_core.app import App
from anninh_core.domain.accounts.credentials.tickets import LIFE
from anninh_core.kernel.errors import NotFound, NotSignedIn
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, memory_app
from anninh_core.usecase.actor import person, system

WORDS = "Your sign-in data is wrong or has expired: sign in again"


def test_a_person_signs_in_at_the_authority_s_service(app: App, provider: PretendProvider, lan: Holder) -> None:
    """By a code that is redeemed with the verifier; the session is one of ours, and shows no second factor."""
    session = sign_in(app, provider)
    me = app.accounts.authenticate_token(session.token)

    assert (me.id, me.sign_in.method, session.fresh_until) == (lan.id, SignInMethod.OIDC, None)
    assert [row.method for row in app.accounts.sessions(me)] == [SignInMethod.OIDC]
    assert len(provider.form["code_verifier"]) >= 43


@pytest.mark.parametrize("shown", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:two"}], ids=str)
def test_a_second_factor_that_was_shown_there_counts(
    app: App, provider: PretendProvider, lan: Holder, clock: FixedClock, shown: dict[str, object]
) -> None:
    """For some minutes, if it was shown in this very sign-in."""
    provider.user |= {"auth_time": int(clock.now().timestamp()), **shown}
    me = app.accounts.authenticate_token(sign_in(app, provider, fresh=True).token)

    assert me.sign_in.is_fresh(clock.now())
    assert not me.sign_in.is_fresh(clock.now() + timedelta(minutes=6))
    assert app.accounts.make_token(me, "Thử", clock.now() + timedelta(days=1)).id


@pytest.mark.parametrize(
    "shown",
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
def test_what_was_shown_long_ago_is_no_second_factor(
    app: App, provider: PretendProvider, lan: Holder, clock: FixedClock, shown: dict[str, object]
) -> None:
    """A service remembers people for days: without a moment in this sign-in, nothing counts as just shown."""
    if isinstance(after := shown.get("auth_time"), int):
        shown = {**shown, "auth_time": int(clock.now().timestamp()) + after}
    provider.user |= shown

    assert sign_in(app, provider).fresh_until is None


def test_a_session_from_there_ends_with_a_role(app: App, provider: PretendProvider, lan: Holder) -> None:
    """Like every other, and the next sign-in is refused: the service doesn't say who is in office."""
    boss = app.units.appoint(system("setup"), "Cán bộ Hai", "hoa-lu", roles=["board_admin", "standing_officer"])
    session = sign_in(app, provider)
    app.accounts.deactivate(person(boss.id), lan.id)
    with pytest.raises(NotSignedIn):
        app.accounts.authenticate_token(session.token)
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)


def test_nobody_is_made_an_officer(app: App, provider: PretendProvider, lan: Holder) -> None:
    """Whom our records don't have isn't let in, nor a name that another might bear elsewhere."""
    for name in ("minh", "LAN", "lan ", "", lan.id, "ｌａｎ", "\ud800", 7, None, ["lan"]):
        provider.user["preferred_username"] = name
        with pytest.raises(NotSignedIn, match=WORDS):
            sign_in(app, provider)


def test_a_colleague_s_code_is_of_no_use(app: App, provider: PretendProvider, lan: Holder) -> None:
    """A stolen code and state belong to the ticket of another; with one's own ticket the service finds PKCE wrong."""
    mine = app.accounts.begin_provider_sign_in()
    theirs = app.accounts.begin_provider_sign_in()
    stolen = provider.browse(theirs.url)
    own = provider.browse(mine.url)
    finish = app.accounts.finish_provider_sign_in

    with pytest.raises(NotSignedIn, match=WORDS):
        finish(mine.ticket, stolen["state"], stolen["code"], client=CLIENT)
    assert "/token" not in provider.asked
    with pytest.raises(NotSignedIn, match=WORDS):
        finish(mine.ticket, own["state"], stolen["code"], client=CLIENT)
    assert provider.asked.count("/token") == 1


def test_a_state_counts_once(app: App, provider: PretendProvider, lan: Holder) -> None:
    """Also with another code, and after a wrong one: whoever has read it begins anew."""
    began = app.accounts.begin_provider_sign_in()
    first, second = provider.browse(began.url), provider.browse(began.url)
    app.accounts.finish_provider_sign_in(began.ticket, first["state"], first["code"], client=CLIENT)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_provider_sign_in(began.ticket, second["state"], second["code"], client=CLIENT)
    assert provider.asked.count("/token") == 1


def test_a_state_holds_for_minutes(app: App, provider: PretendProvider, lan: Holder, clock: FixedClock) -> None:
    """A sign-in that was begun and forgotten can't be ended by who finds it."""
    began = app.accounts.begin_provider_sign_in()
    back = provider.browse(began.url)
    clock.advance(LIFE)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_provider_sign_in(began.ticket, back["state"], back["code"], client=CLIENT)
    assert "/token" not in provider.asked


def test_a_ticket_is_not_made_up(app: App, provider: PretendProvider, lan: Holder) -> None:
    """Altered, put together, of another purpose or of other keys: it is nobody's."""
    began = app.accounts.begin_provider_sign_in()
    back = provider.browse(began.url)
    body, signature = began.ticket.rsplit(".", 1)
    other = app.internals.services.accounts.tickets.draw("passkey", app.internals.context.clock.now()).text
    for ticket in ("", ".", "a.b.c", f"{body}.", f"{body}1.{signature}", f"x{began.ticket}", other, "đ.1.đ", "\ud800"):
        with pytest.raises(NotSignedIn, match=WORDS):
            app.accounts.finish_provider_sign_in(ticket, back["state"], back["code"], client=CLIENT)
    assert "/token" not in provider.asked


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", "same/"])
def test_an_answer_of_another_issuer_is_refused(app: App, provider: PretendProvider, lan: Holder, issuer: str) -> None:
    """Where an answer says who it is from, it must be the service that was asked (RFC 9207)."""
    began = app.accounts.begin_provider_sign_in()
    back = provider.browse(began.url)
    issuer = issuer.replace("same", provider.issuer)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_provider_sign_in(began.ticket, back["state"], back["code"], issuer=issuer, client=CLIENT)
    assert "/token" not in provider.asked


def test_a_service_that_names_itself_always_does(app: App, provider: PretendProvider, lan: Holder) -> None:
    """If it says that its answers do, one without is from somebody else."""
    provider.document["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(NotSignedIn, match=WORDS):
        sign_in(app, provider)
    began = app.accounts.begin_provider_sign_in()
    back = provider.browse(began.url)
    finish = app.accounts.finish_provider_sign_in
    assert finish(began.ticket, back["state"], back["code"], issuer=provider.issuer).officer == lan.id


def test_what_is_read_of_a_sign_in_has_no_secret(
    app: App, provider: PretendProvider, lan: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    """No code, token, verifier or secret in log, journal or error; the entry tells by what the officer came in."""
    with caplog.at_level(logging.DEBUG):
        began = app.accounts.begin_provider_sign_in()
        back = provider.browse(began.url)
        session = app.accounts.finish_provider_sign_in(began.ticket, back["state"], back["code"], client=CLIENT)
        verifier = provider.form["code_verifier"]
        provider.changed["nonce"] = "x"
        again = app.accounts.begin_provider_sign_in()
        wrong = provider.browse(again.url)
        with pytest.raises(NotSignedIn) as refused:
            app.accounts.finish_provider_sign_in(again.ticket, wrong["state"], wrong["code"], client=CLIENT)
    journal = b"".join(line.content for line in app.internals.context.storage.journal.read(limit=1000)).decode()
    read = journal + caplog.text + str(refused.value) + repr((began, session, again))
    secrets = (back["code"], wrong["code"], began.ticket, back["state"], verifier, SECRET, session.token)

    assert not [secret for secret in secrets if secret in read]
    assert '"sign_in":"oidc"' in journal
    assert "The ID token belongs to another sign-in attempt." in journal
    assert refused.value.__cause__ is None


def test_without_settings_there_is_no_such_service(clock: FixedClock) -> None:
    """Neither to begin nor to end."""
    with memory_app(clock=clock) as app:
        with pytest.raises(NotFound, match=r"sign_in\.oidc"):
            app.accounts.begin_provider_sign_in()
        with pytest.raises(NotFound, match=r"sign_in\.oidc"):
            app.accounts.finish_provider_sign_in("t", "s", "c")
