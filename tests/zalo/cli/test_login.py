"""The command `anninh zalo login`, with the callback address pasted by the operator."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.zalo.cli.conftest import STATE, VERIFIER, AccountFolder, Run

from anninh_core.kernel.dates import VIETNAM
from anninh_zalo.oauth.pkce import compute_code_challenge

pytestmark = pytest.mark.slow  # These tests are slow, because they run whole commands against a simulated platform.


def test_login_stores_tokens_unseen(run: Run, office: AccountFolder) -> None:
    """A login stores the tokens, and prints neither tokens nor secrets."""
    callback = office.consent_as_admin()
    result = run("login", input=f"{callback}\n")
    tokens = office.tokens()

    assert result.exit_code == 0, result.output
    assert tokens is not None
    assert f"The official account {office.account.id} is logged in as 'zalo'." in result.stdout
    assert f"{tokens.refresh_until.astimezone(VIETNAM):%Y-%m}" in result.stdout
    assert not [
        secret for secret in (tokens.access, tokens.refresh, office.app.secret, VERIFIER) if secret in result.output
    ]


def test_consent_address_has_the_challenge(run: Run, office: AccountFolder) -> None:
    """The address of the consent page has every required parameter, and of the verifier only its challenge."""
    (page,) = [line for line in run("login", input="\n").stdout.splitlines() if line.startswith("http")]

    assert page.startswith(office.serving.base("oauth") + "/v4/oa/permission?")
    assert {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()} == {
        "app_id": office.app.id,
        "redirect_uri": office.app.callback,
        "state": STATE,
        "code_challenge": compute_code_challenge(VERIFIER),
    }


def test_each_login_has_its_own_verifier(run: Run, office: AccountFolder) -> None:
    """Without a fixed verifier each login has a different challenge."""
    office.write_settings("zalo", verifier="")
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
def test_callback_without_consent_is_refused(run: Run, office: AccountFolder, back: str, words: str) -> None:
    """A callback without a valid consent is refused in one sentence with a remedy, and nothing is stored."""
    result = run("login", input=f"{back or ' '}\n")

    assert result.exit_code == 1
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert office.tokens() is None


def test_old_or_used_code_is_refused(run: Run, office: AccountFolder) -> None:
    """A code that is too old or was used before is refused with the reason."""
    callback = office.consent_as_admin()
    office.clock.advance(timedelta(minutes=11))
    old = run("login", input=f"{callback}\n")
    fresh = office.consent_as_admin()
    first, second = (run("login", input=f"{fresh}\n") for _ in range(2))

    assert [old.exit_code, first.exit_code, second.exit_code] == [1, 0, 1]
    assert "valid only once, for ten minutes" in old.stderr
    assert "valid only once, for ten minutes" in second.stderr


def test_code_of_another_challenge_is_refused(run: Run, office: AccountFolder) -> None:
    """A code that was requested with another challenge is refused."""
    result = run("login", input=f"{office.consent_as_admin(verifier='w' * 43)}\n")

    assert result.exit_code == 1
    assert "option `verifier` matches the challenge" in result.stderr


def test_account_is_checked_before_tokens_are_stored(run: Run, office: AccountFolder) -> None:
    """If the callback doesn't name the account, the account of the tokens is checked before they are stored."""
    office.write_settings("zalo", oa_id="123")
    callback = office.consent_as_admin().replace(f"oa_id={office.account.id}&", "")
    result = run("login", input=f"{callback}\n")

    assert result.exit_code == 1
    assert (
        f"The tokens are for account {office.account.id}, but 123 is configured, so nothing was stored" in result.stderr
    )
    assert office.tokens() is None


def test_console_refresh_token_is_exchanged(run: Run, office: AccountFolder) -> None:
    """A refresh token from the developer console is exchanged at once for its successor, and can't be used again."""
    refresh_token = office.serving.sandbox.grant(office.app, office.account).refresh
    first, second = (run("login", "--refresh-token-stdin", input=f" {refresh_token} \n") for _ in range(2))
    tokens = office.tokens()

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert tokens is not None
    assert tokens.refresh != refresh_token
    assert "valid only once and only for this application" in second.stderr
    assert refresh_token not in first.output + second.output


def test_foreign_refresh_token_is_refused(run: Run, office: AccountFolder) -> None:
    """A refresh token of another account is refused, so that a line copied by mistake doesn't send messages in that
    account's name.
    """
    other = office.serving.sandbox.account("Xã Khác")
    refresh_token = office.serving.sandbox.grant(office.app, other).refresh
    result = run("login", "--refresh-token-stdin", input=refresh_token)

    assert result.exit_code == 1
    assert f"The tokens are for account {other.id}, but {office.account.id} is configured" in result.stderr
    assert office.tokens() is None


def test_tokens_of_unknown_account_are_not_stored(run: Run, office: AccountFolder) -> None:
    """Tokens of an account that can't be determined aren't stored, and the error asks for a new refresh token, because
    this one is spent.
    """
    refresh_token = office.serving.sandbox.grant(office.app, office.account).refresh
    office.serving.sandbox.fail_next("rate_limit", "/getoa")
    result = run("login", "--refresh-token-stdin", input=refresh_token)

    assert result.exit_code == 1
    assert "begin again with a new refresh token" in result.stderr
    assert office.tokens() is None


@pytest.mark.parametrize("given", ["", "two words", "không"])
def test_malformed_refresh_token_is_refused(run: Run, office: AccountFolder, given: str) -> None:
    """A malformed refresh token is not sent to Zalo, and the error doesn't repeat it."""
    result = run("login", "--refresh-token-stdin", input=f"{given}\n")

    assert result.exit_code == 1
    assert "one line without spaces" in result.stderr
    assert not given or given not in result.output
    assert not [path for _, path in office.serving.sandbox.calls if "access_token" in path]


@pytest.mark.parametrize("words", [(), ("--refresh-token-stdin",)])
def test_lost_response_asks_for_a_new_login(run: Run, office: AccountFolder, words: tuple[str, ...]) -> None:
    """If the response to a login is lost, the login fails with the advice to begin again, because the code or token may
    be spent.
    """
    sandbox = office.serving.sandbox
    credential = office.consent_as_admin() if not words else sandbox.grant(office.app, office.account).refresh
    sandbox.fail_next("lost_answer", "access_token")
    result = run("login", *words, input=f"{credential}\n")

    assert result.exit_code == 1
    assert "No response arrived, and the " in result.stderr


def test_new_login_replaces_the_old(run: Run, office: AccountFolder) -> None:
    """A new login replaces the previous one."""
    for _ in range(2):
        assert run("login", input=f"{office.consent_as_admin()}\n").exit_code == 0
    tokens = office.tokens()

    assert tokens is not None
    assert tokens.before_access


@pytest.mark.parametrize(
    ("more", "words", "message"),
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
def test_wrong_login_options_are_refused(
    run: Run, office: AccountFolder, more: dict[str, str], words: tuple[str, ...], message: str
) -> None:
    """A wrong option of the command is refused by name before the consent page is printed."""
    office.write_settings("zalo", **more)
    result = run("login", *words)

    assert result.exit_code == 2
    assert message in result.stderr
    assert "http" not in result.stdout


def test_login_needs_a_named_account(run: Run, office: AccountFolder) -> None:
    """With several accounts a login needs `--instance`, and logs in only the named account."""
    office.write_settings("north", "south", oa_id=office.account.id)
    assert "choose one of north, south with `--instance`" in run("login").stderr

    assert run("login", "--instance", "south", input=f"{office.consent_as_admin()}\n").exit_code == 0
    assert [office.tokens("south") is None, office.tokens("north") is None] == [False, True]


def test_login_without_account_is_refused(run: Run, office: AccountFolder) -> None:
    """If the settings have no official account, a login is refused."""
    office.write_settings()
    result = run("login")

    assert result.exit_code == 2
    assert "The settings have no official account: add the plugin 'zalo'" in result.stderr
