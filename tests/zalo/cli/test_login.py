"""`anninh zalo login`, the address pasted by a person."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.zalo.cli.conftest import STATE, VERIFIER, Office, Run

from anninh_core.kernel.dates import VIETNAM
from anninh_zalo.oauth.pkce import code_challenge

pytestmark = pytest.mark.slow  # whole commands beside a pretend platform


def test_login_stores_tokens_unseen(run: Run, office: Office) -> None:
    """The page is told, the address is pasted, and the tokens are stored; neither tokens nor code are shown."""
    back = office.consents()
    done = run("login", input=f"{back}\n")
    tokens = office.tokens()

    assert done.exit_code == 0, done.output
    assert tokens is not None
    assert f"The official account {office.account.id} is logged in as 'zalo'." in done.stdout
    assert f"{tokens.refresh_until.astimezone(VIETNAM):%Y-%m}" in done.stdout
    assert not [
        secret for secret in (tokens.access, tokens.refresh, office.app.secret, VERIFIER) if secret in done.output
    ]


def test_consent_address_has_the_challenge(run: Run, office: Office) -> None:
    """It has all that the platform asks for, and of the verifier only the challenge."""
    (page,) = [line for line in run("login", input="\n").stdout.splitlines() if line.startswith("http")]

    assert page.startswith(office.serving.base("oauth") + "/v4/oa/permission?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()} == {
        "app_id": office.app.id,
        "redirect_uri": office.app.callback,
        "state": STATE,
        "code_challenge": code_challenge(VERIFIER),
    }


def test_a_verifier_of_its_own(run: Run, office: Office) -> None:
    """Without a fixed pair each login has another challenge."""
    office.configure("zalo", verifier="")
    pages = [run("login", input="\n").stdout for _ in range(2)]

    assert pages[0] != pages[1]


@pytest.mark.parametrize(
    ("back", "words"),
    [
        ("", "The callback has no code: consent was refused, or the address is incomplete."),
        (
            "https://x.invalid/?error=-14003",
            "the callback address isn't the one in Zalo's developer console (code -14003); make both",
        ),
        ("https://x.invalid/?error=access_denied&state=s", "an error instead of a code: consent was refused"),
        ("https://x.invalid/?error=" + "9" * 5000, "an error instead of a code: consent was refused"),
        (f"https://x.invalid/?code=c&oa_id=9&state={STATE}", "Account 9 consented, but"),
        ("https://x.invalid/?code=c&state=older", "belongs to another login: begin the login again"),
        ("https://x.invalid/?code=c", "has no state: set the option `state_may_miss`"),
        (
            f"https://x.invalid/?code=made-up&state={STATE}",
            "Zalo doesn't accept the code: it is valid only once, for ten minutes",
        ),
    ],
)
def test_what_came_back_is_no_consent(run: Run, office: Office, back: str, words: str) -> None:
    """It is told in one sentence with the way out; nothing is stored."""
    done = run("login", input=f"{back or ' '}\n")

    assert done.exit_code == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert office.tokens() is None


def test_a_code_of_yesterday(run: Run, office: Office) -> None:
    """A code that is too old, or was used before, isn't taken; the sentence says why."""
    back = office.consents()
    office.clock.advance(timedelta(minutes=11))
    old = run("login", input=f"{back}\n")
    fresh = office.consents()
    first, second = (run("login", input=f"{fresh}\n") for _ in range(2))

    assert [old.exit_code, first.exit_code, second.exit_code] == [1, 0, 1]
    assert "valid only once, for ten minutes" in old.stderr
    assert "valid only once, for ten minutes" in second.stderr


def test_code_of_another_challenge_is_refused(run: Run, office: Office) -> None:
    """A code that was asked for with another challenge isn't taken."""
    done = run("login", input=f"{office.consents(verifier='w' * 43)}\n")

    assert done.exit_code == 1
    assert "option `verifier` matches the challenge" in done.stderr


def test_the_account_isnt_told(run: Run, office: Office) -> None:
    """Where the callback doesn't say whose consent it is, the tokens do, before they are stored."""
    office.configure("zalo", oa_id="123")
    back = office.consents().replace(f"oa_id={office.account.id}&", "")
    done = run("login", input=f"{back}\n")

    assert done.exit_code == 1
    assert (
        f"The tokens are for account {office.account.id}, but 123 is configured, so nothing was stored" in done.stderr
    )
    assert office.tokens() is None


def test_a_refresh_token_of_the_console(run: Run, office: Office) -> None:
    """It is exchanged at once: what is stored is its successor, and it can't be used again."""
    given = office.serving.sandbox.grant(office.app, office.account).refresh
    first, second = (run("login", "--refresh-token-stdin", input=f" {given} \n") for _ in range(2))
    tokens = office.tokens()

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert tokens is not None
    assert tokens.refresh != given
    assert "valid only once and only for this application" in second.stderr
    assert given not in first.output + second.output


def test_a_refresh_token_of_another_account(run: Run, office: Office) -> None:
    """Nobody writes in another account's name because somebody copied the wrong line."""
    other = office.serving.sandbox.account("Xã Khác")
    given = office.serving.sandbox.grant(office.app, other).refresh
    done = run("login", "--refresh-token-stdin", input=given)

    assert done.exit_code == 1
    assert f"The tokens are for account {other.id}, but {office.account.id} is configured" in done.stderr
    assert office.tokens() is None


def test_tokens_whose_account_nobody_tells(run: Run, office: Office) -> None:
    """Nothing is stored then, and it is said that the refresh token is spent: trying it again would be in vain."""
    given = office.serving.sandbox.grant(office.app, office.account).refresh
    office.serving.sandbox.fail_next("rate_limit", "/getoa")
    done = run("login", "--refresh-token-stdin", input=given)

    assert done.exit_code == 1
    assert "begin again with a new refresh token" in done.stderr
    assert office.tokens() is None


@pytest.mark.parametrize("given", ["", "two words", "không"])
def test_what_is_no_refresh_token(run: Run, office: Office, given: str) -> None:
    """It isn't even tried, and isn't repeated."""
    done = run("login", "--refresh-token-stdin", input=f"{given}\n")

    assert done.exit_code == 1
    assert "one line without spaces" in done.stderr
    assert not given or given not in done.output
    assert not [path for _, path in office.serving.sandbox.calls if "access_token" in path]


@pytest.mark.parametrize("words", [(), ("--refresh-token-stdin",)])
def test_an_answer_that_is_lost(run: Run, office: Office, words: tuple[str, ...]) -> None:
    """Whoever doesn't know what was spent is told to begin again."""
    sandbox = office.serving.sandbox
    given = office.consents() if not words else sandbox.grant(office.app, office.account).refresh
    sandbox.fail_next("lost_answer", "access_token")
    done = run("login", *words, input=f"{given}\n")

    assert done.exit_code == 1
    assert "No response arrived, and the " in done.stderr


def test_the_login_of_another_folder(run: Run, office: Office) -> None:
    """A new login takes the place of the old one."""
    for _ in range(2):
        assert run("login", input=f"{office.consents()}\n").exit_code == 0
    tokens = office.tokens()

    assert tokens is not None
    assert tokens.before_access


@pytest.mark.parametrize(
    ("more", "words", "told"),
    [
        ({"redirect_uri": ""}, (), "Messenger 'zalo' lacks the option `redirect_uri`: set it"),
        ({}, ("--listen",), "`redirect_uri` isn't a plain HTTP address of this machine"),
        (
            {"redirect_uri": "https://127.0.0.1/cb"},
            ("--listen",),
            "`redirect_uri` isn't a plain HTTP address of this machine",
        ),
        ({"redirect_uri": "http://127.0.0.1:70000/"}, (), "can't listen on the address"),
        ({}, ("--paste", "--refresh-token-stdin"), "leave --listen and --paste out"),
        ({}, ("--instance", "oa"), "no official account named 'oa': choose one of zalo."),
    ],
)
def test_a_wrong_set_up(run: Run, office: Office, more: dict[str, str], words: tuple[str, ...], told: str) -> None:
    """The sentence names the option; nobody is sent to a page for nothing."""
    office.configure("zalo", **more)
    done = run("login", *words)

    assert done.exit_code == 2
    assert told in done.stderr
    assert "http" not in done.stdout


def test_login_needs_a_named_account(run: Run, office: Office) -> None:
    """Nobody guesses which one is meant; named, it is that one's login alone."""
    office.configure("north", "south", oa_id=office.account.id)
    assert "choose one of north, south with `--instance`" in run("login").stderr

    assert run("login", "--instance", "south", input=f"{office.consents()}\n").exit_code == 0
    assert [office.tokens("south") is None, office.tokens("north") is None] == [False, True]


def test_login_without_account_is_refused(run: Run, office: Office) -> None:
    """Without one in the settings there is nothing to log in."""
    office.configure()
    done = run("login")

    assert done.exit_code == 2
    assert "The settings have no official account: add the plugin 'zalo'" in done.stderr
