"""A passkey is made by its owner alone and signs its owner in with nothing else; no answer of a device counts twice."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domain.accounts.conftest import Trail
from tests.support.passkey_device import DOMAIN, ORIGIN, PRESENT, VERIFIED, Device
from tests.support.sign_in import CLIENT, PASSWORD, Holder, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.domain.accounts.credentials.passkeys import to_base64
from anninh_core.domain.accounts.credentials.tickets import LIFE
from anninh_core.domain.accounts.views import NewSession, PasskeyRow
from anninh_core.kernel.errors import (
    BadInput,
    ConfigurationError,
    MissingExtra,
    NotFound,
    NotSignedIn,
    NotVisible,
    Refused,
    StepUpNeeded,
    WrongStep,
)
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase.actor import Actor, person

WORDS = "what you showed is wrong, or holds no longer; sign in again"


def chosen(**changed: Any) -> Settings:
    passkeys = PasskeySettings.model_validate({"rp_id": DOMAIN, "origins": (ORIGIN,), **changed})
    return Settings(sign_in=SignInSettings(passkeys=passkeys))


@pytest.fixture
def anninh_app(anninh_clock: FixedClock) -> Iterator[App]:
    """An app whose settings name a domain for passkeys."""
    with memory_app(clock=anninh_clock, settings=chosen()) as app:
        yield app


@pytest.fixture
def app(anninh_app: App) -> App:
    """The same."""
    return anninh_app


@pytest.fixture
def device() -> Device:
    """Lan's device."""
    return Device()


def add(app: App, me: Actor, device: Device, name: str = "Điện thoại", password: str = PASSWORD) -> PasskeyRow:
    began = app.accounts.begin_passkey(me, password)
    return app.accounts.add_passkey(me, began.ticket, device.create(began.options), name)


def show(app: App, device: Device) -> NewSession:
    began = app.accounts.begin_passkey_sign_in()
    return app.accounts.finish_passkey_sign_in(began.ticket, device.get(began.options), client=CLIENT)


@pytest.fixture
def owner(app: App, lan: Holder, device: Device) -> Holder:
    """Lan, who has a passkey."""
    add(app, lan.enter(), device)
    return lan


def test_a_passkey_signs_in_with_a_second_factor(app: App, owner: Holder, device: Device) -> None:
    """Nothing else is asked for, not even who it is; what takes a second factor is open for some minutes."""
    session = show(app, device)
    me, now = app.accounts.authenticate_token(session.token), app.context.clock.now()

    assert (me.id, me.sign_in.method) == (owner.id, SignInMethod.PASSKEY)
    assert me.sign_in.is_fresh(now)
    assert not me.sign_in.is_fresh(now + timedelta(minutes=5))
    assert app.accounts.make_token(me, "Thử", now + timedelta(days=1)).id
    assert [one.used_at for one in app.accounts.passkeys(me)] == [now]


def test_a_device_is_asked_for_its_person(app: App, lan: Holder) -> None:
    """User verification and a key that names its owner are required; devices that have one make no second."""
    me, first = lan.enter(), Device()
    add(app, me, first, "Một")
    fresh = app.accounts.authenticate_token(show(app, first).token)
    making = json.loads(app.accounts.begin_passkey(fresh, PASSWORD).options)
    asking = json.loads(app.accounts.begin_passkey_sign_in().options)

    assert making["authenticatorSelection"]["userVerification"] == asking["userVerification"] == "required"
    assert making["authenticatorSelection"]["residentKey"] == "required"
    assert (making["rp"]["id"], asking["rpId"]) == (DOMAIN, DOMAIN)
    assert [one["id"] for one in making["excludeCredentials"]] == [to_base64(first.id)]
    assert asking["allowCredentials"] == []
    assert asking["challenge"] != json.loads(app.accounts.begin_passkey_sign_in().options)["challenge"]


def test_several_are_told_apart_by_their_names(app: App, owner: Holder, device: Device) -> None:
    """Each signs in by itself; one that is removed doesn't any more, and ends other sessions and tokens."""
    me, second = app.accounts.authenticate_token(show(app, device).token), Device()
    add(app, me, second, "  Khóa bảo mật ")
    other = show(app, second)
    names = {row.name: row.id for row in app.accounts.passkeys(me)}
    assert list(names) == ["Điện thoại", "Khóa bảo mật"]
    assert app.accounts.account(me).passkeys == 2

    app.accounts.remove_passkey(me, names["Khóa bảo mật"])

    assert [row.name for row in app.accounts.passkeys(me)] == ["Điện thoại"]
    with pytest.raises(NotSignedIn):
        app.accounts.authenticate_token(other.token)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, second)
    assert show(app, device).officer == owner.id
    with pytest.raises(NotVisible):
        app.accounts.remove_passkey(me, names["Khóa bảo mật"])


def test_a_stolen_session_brings_no_passkey_of_its_own(app: App, lan: Holder, device: Device) -> None:
    """It takes the password; once there is a second factor of any kind, that one too, shown just now."""
    me = lan.enter()
    with pytest.raises(NotSignedIn):
        add(app, me, device, password="một câu đoán mò")
    with pytest.raises(NotSignedIn):
        add(app, me, device, password="")
    add(app, me, device)
    for again in (lambda: add(app, me, Device()), lambda: app.accounts.begin_totp(me, PASSWORD)):
        with pytest.raises(StepUpNeeded):
            again()
    with pytest.raises(Refused):
        app.accounts.remove_passkey(me, to_base64(device.id))


def test_without_a_password_it_takes_a_second_factor(app: App, lan: Holder, device: Device, boss: Actor) -> None:
    """An officer who signs in elsewhere has no password here: only what was shown just now opens it."""
    app.accounts.invite(boss, lan.id)  # which takes the password
    plain = app.accounts.begin_session(lan.id, SignInMethod.OIDC)
    fresh = app.accounts.begin_session(lan.id, SignInMethod.OIDC, second_factor=True)
    with pytest.raises(StepUpNeeded):
        add(app, app.accounts.authenticate_token(plain.token), device, password="")
    add(app, app.accounts.authenticate_token(fresh.token), device, password="")
    assert show(app, device).officer == lan.id


def test_a_passkey_is_shown_again_for_what_takes_a_second_factor(
    app: App, owner: Holder, device: Device, anninh_clock: FixedClock
) -> None:
    """In one's own session, whatever it began by; another's passkey and one's answer of before don't do."""
    me = owner.enter()
    assert not me.sign_in.is_fresh(anninh_clock.now())
    began = app.accounts.begin_passkey_step_up(me)
    answer = device.get(began.options)
    until = app.accounts.step_up_by_passkey(me, began.ticket, answer)
    assert until == anninh_clock.now() + timedelta(minutes=5)
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, began.ticket, answer)

    again, stranger = app.accounts.begin_passkey_step_up(me), Device(owner=owner.id.encode())
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, again.ticket, stranger.get(again.options))
    elsewhere = app.accounts.begin_passkey_sign_in()
    with pytest.raises(NotSignedIn):
        app.accounts.step_up_by_passkey(me, elsewhere.ticket, device.get(elsewhere.options))


def test_a_session_by_a_chat_takes_no_passkey(app: App, owner: Holder, device: Device) -> None:
    """A stolen telephone with an unlocked chat isn't made more of."""
    me = owner.enter()
    chat = evolve(me, sign_in=evolve(me.sign_in, method=SignInMethod.TOKEN))
    with pytest.raises(Refused):
        app.accounts.begin_passkey_step_up(chat)


CHANGES: tuple[tuple[str, Callable[[Device], Device]], ...] = (
    ("of another page", lambda d: evolve(d, origin="https://office.example.evil.example")),
    ("of a page in the clear", lambda d: evolve(d, origin="http://office.example")),
    ("in a frame", lambda d: evolve(d, page={"crossOrigin": True})),
    ("of another domain", lambda d: evolve(d, domain="evil.example")),
    ("without its person", lambda d: evolve(d, flags=PRESENT)),
    ("without anybody", lambda d: evolve(d, flags=VERIFIED)),
    ("by another key", lambda d: evolve(d, key=Device().key)),
    ("that nobody knows", lambda d: evolve(d, id=b"another id")),
    ("of nobody", lambda d: evolve(d, owner=b"")),
    ("of a stranger", lambda d: evolve(d, owner=b"nobody-here")),
    ("of odd letters", lambda d: evolve(d, owner="đ".encode())),
    ("of the wrong kind", lambda d: evolve(d, page={"type": "webauthn.create"})),
    ("for another challenge", lambda d: evolve(d, page={"challenge": to_base64(b"x" * 32)})),
    ("that was copied and has signed less", lambda d: evolve(d, count=0)),
)


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
def test_a_wrong_answer_lets_nobody_in(
    app: App, owner: Holder, device: Device, change: Callable[[Device], Device]
) -> None:
    """Each thing by itself, though everything else is right; told alike."""
    show(app, device)
    with pytest.raises(NotSignedIn, match=WORDS) as refused:
        show(app, change(device))
    assert refused.value.__cause__ is None
    device.count = 9
    assert show(app, device).officer == owner.id


@pytest.mark.parametrize("change", [change for _, change in CHANGES[:6]], ids=[name for name, _ in CHANGES[:6]])
def test_a_wrong_answer_makes_no_passkey(app: App, lan: Holder, change: Callable[[Device], Device]) -> None:
    """A page of another domain, or a device that doesn't look at its person."""
    me = lan.enter()
    with pytest.raises(NotSignedIn):
        add(app, me, change(Device()))
    assert app.accounts.passkeys(me) == ()


def test_an_answer_counts_once(app: App, owner: Holder, device: Device) -> None:
    """Read on its way it is of no use, with its own ticket or with another."""
    device.count = None
    began, other = app.accounts.begin_passkey_sign_in(), app.accounts.begin_passkey_sign_in()
    answer = device.get(began.options)
    app.accounts.finish_passkey_sign_in(began.ticket, answer, client=CLIENT)
    for ticket in (began.ticket, other.ticket):
        with pytest.raises(NotSignedIn, match=WORDS):
            app.accounts.finish_passkey_sign_in(ticket, answer, client=CLIENT)


def test_an_answer_holds_for_minutes(app: App, owner: Holder, device: Device, anninh_clock: FixedClock) -> None:
    """Later the ticket is over."""
    began = app.accounts.begin_passkey_sign_in()
    answer = device.get(began.options)
    anninh_clock.advance(LIFE)
    with pytest.raises(NotSignedIn, match=WORDS):
        app.accounts.finish_passkey_sign_in(began.ticket, answer, client=CLIENT)


def test_a_ticket_is_its_owner_s(app: App, owner: Holder, device: Device, hoa: Holder) -> None:
    """With a ticket for one's own account nobody makes a passkey for another's, nor after all sign-ins were ended."""
    mine, me = app.accounts.begin_passkey(hoa.enter(), PASSWORD), owner.enter()
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(me, mine.ticket, Device().create(mine.options), "Của người khác")
    theirs = person(hoa.id)
    app.accounts.change_password(theirs, PASSWORD, PASSWORD[::-1])
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(theirs, mine.ticket, Device().create(mine.options), "Muộn")


def test_a_device_that_does_not_count_is_taken(app: App, lan: Holder) -> None:
    """Passkeys that are kept in step over several devices always say 0."""
    device = Device(count=None)
    add(app, lan.enter(), device)
    assert show(app, device).officer == show(app, device).officer == lan.id


def test_a_reset_takes_passkeys_too(app: App, owner: Holder, device: Device, boss: Actor) -> None:
    """By a second person, for somebody whose device is lost; the owner is told."""
    app.accounts.reset_second_factor(boss, owner.id)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, device)
    assert [notice.kind.value for notice in owner.sign_in().notices] == ["second_factor_reset"]
    with pytest.raises(WrongStep):
        app.accounts.reset_second_factor(boss, owner.id)


def test_a_passkey_ends_with_its_officer(app: App, owner: Holder, device: Device) -> None:
    """One who is put out of service signs in by nothing any more, and has no passkey when a role is given back."""
    granting = UnsafeLocalUsers(app).appoint("Cán bộ Hai", "hoa-lu", "board_admin", "standing_officer")
    app.accounts.deactivate(granting, owner.id)
    with pytest.raises(NotSignedIn, match=WORDS):
        show(app, device)
    assert app.accounts.account_of(granting, owner.id).passkeys == 0


def test_names_and_numbers_are_bounded(app: App, lan: Holder) -> None:
    """A name is a line; ten passkeys are enough; one and the same isn't kept twice."""
    me, first = lan.enter(), Device()
    for name in ("", "  ", "x" * 101, "a\nb"):
        with pytest.raises(BadInput):
            add(app, me, Device(), name)
    add(app, me, first)
    vouched = person(lan.id)
    with pytest.raises(WrongStep, match="already"):
        add(app, vouched, first)
    for _ in range(9):
        add(app, vouched, Device())
    with pytest.raises(WrongStep, match="at most"):
        add(app, vouched, Device())


def test_the_journal_tells_what_was_done_and_no_answer(app: App, owner: Holder, device: Device, journal: Trail) -> None:
    """Added, signed in, removed: by whom and when, without tickets, answers and keys."""
    session = show(app, device)
    me = app.accounts.authenticate_token(session.token)
    app.accounts.remove_passkey(me, to_base64(device.id))
    events = [event for entry in journal() for event in entry.events]
    assert [event for event in events if "passkey" in str(event)] != []
    read = b"".join(line.content for line in app.context.storage.journal.read(limit=1000)).decode()
    assert '"sign_in":"passkey"' in read
    assert "account.passkey_added" in read
    assert "account.passkey_removed" in read
    assert to_base64(device.id) not in read
    assert session.token not in read


MEMBERS = ("id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle")
ANSWERS = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.just("public-key"),
    lambda inner: st.dictionaries(st.sampled_from(MEMBERS), inner),
    max_leaves=8,
)


@given(st.text(max_size=60) | ANSWERS.map(json.dumps))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
def test_whatever_is_sent_is_refused(anninh_app: App, credential: str) -> None:
    """No answer that a stranger makes up ends in anything but a refusal."""
    began = anninh_app.accounts.begin_passkey_sign_in()
    with pytest.raises(NotSignedIn, match=WORDS):
        anninh_app.accounts.finish_passkey_sign_in(began.ticket, credential)


@pytest.mark.parametrize("cut", range(0, 160, 9))
def test_what_is_cut_or_altered_makes_no_passkey(app: App, lan: Holder, cut: int) -> None:
    """Every part of what a device says of a new key is read with care."""
    me = lan.enter()
    began = app.accounts.begin_passkey(me, PASSWORD)
    answer = json.loads(Device().create(began.options))
    answer["response"]["attestationObject"] = answer["response"]["attestationObject"][:cut]
    with pytest.raises(NotSignedIn):
        app.accounts.add_passkey(me, began.ticket, json.dumps(answer), "Hỏng")


@pytest.mark.parametrize(
    "origin",
    [
        "http://office.example",
        "https://evil.example",
        "https://office.example.evil.example",
        "office.example",
        "https://notoffice.example",
        "https://office.example/",
        "https://u@office.example",
        "https://OFFICE.example",
        "*",
    ],
)
def test_an_origin_is_a_page_of_the_domain(origin: str) -> None:
    """Anything else is refused when the office is opened."""
    with pytest.raises(ConfigurationError, match=r"sign_in\.passkeys\.origins"):
        memory_app(settings=chosen(origins=(origin,)))


@pytest.mark.parametrize("origin", [ORIGIN, "https://sub.office.example", "https://office.example:8443"])
def test_pages_below_the_domain_are_its_own(origin: str) -> None:
    """And other ports of it."""
    memory_app(settings=chosen(origins=(origin,))).close()


def test_without_the_extra_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the office is opened."""
    monkeypatch.setattr("anninh_core.app.bootstrap.sign_in.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'anninh\[passkeys\]'"):
        memory_app(settings=chosen())


def test_without_settings_there_are_none(anninh_clock: FixedClock) -> None:
    """Neither to sign in by, nor to be made."""
    with memory_app(clock=anninh_clock) as app:
        holder = enrol(app, UnsafeLocalUsers(app).appoint("Cán bộ Lan", "ninh-hoa", "tip_officer").id, "lan")
        for act in (
            app.accounts.begin_passkey_sign_in,
            lambda: app.accounts.finish_passkey_sign_in("t", "{}"),
            lambda: app.accounts.begin_passkey(holder.enter(), PASSWORD),
        ):
            with pytest.raises(NotFound, match=r"sign_in\.passkeys"):
                act()


def test_an_app_s_owner_shows_a_code_before_a_passkey(
    app: App, hoa: Holder, device: Device, anninh_clock: FixedClock
) -> None:
    """Whoever has an authenticator app brings a passkey within minutes of its code; later it is asked for again."""
    me = hoa.enter()
    add(app, me, device)
    assert show(app, device).officer == hoa.id
    anninh_clock.advance(timedelta(minutes=6))
    with pytest.raises(StepUpNeeded):
        add(app, me, Device())
