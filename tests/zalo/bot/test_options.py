"""The settings of a bot are read from its options."""

from pathlib import Path

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.bot.options import BASE, BotOptions, UpdateMode

TOKEN = "12345678:abc-DEF_ghi"
SECRET = "s3cret-s3cret"


def test_token_is_the_only_required_option() -> None:
    """With only a token, a bot polls Zalo directly and stays out of groups."""
    options = BotOptions.parse("bot", {"token": TOKEN})
    assert (options.mode, options.base, options.groups, options.proxy) == (UpdateMode.POLLING, BASE, False, "")


def test_all_options_can_be_set() -> None:
    """Host, groups, proxy and webhook can be configured."""
    options = BotOptions.parse(
        "bot",
        {
            "token": TOKEN,
            "mode": "webhook",
            "secret": SECRET,
            "base": "https://bot-api.zapps.me/",
            "groups": "yes",
            "proxy": "http://proxy.example:3128",
        },
    )
    assert (options.mode, options.base, options.groups) == (UpdateMode.WEBHOOK, "https://bot-api.zapps.me", True)


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    """Secrets can be in files, where surrounding whitespace is ignored, and aren't in the options' repr."""
    (tmp_path / "token").write_text(f"  {TOKEN}\n", encoding="utf-8")
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    settings = {"token_file": str(tmp_path / "token"), "secret_file": str(tmp_path / "secret"), "mode": "webhook"}
    options = BotOptions.parse("bot", settings)
    assert (options.token, options.secret) == (TOKEN, SECRET)
    assert TOKEN not in repr(options)
    assert SECRET not in repr(options)


MISFIT = r"The options of messenger 'bot' don't fit \("


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, r"A required option of messenger 'bot' is missing or empty: set 'token' / 'token_file'\."),
        (
            {"token": TOKEN, "tokem": "x"},
            r"messenger 'bot' has no option 'tokem' \(did you mean 'token'\?\): .* Allowed options: mode, .*proxy",
        ),
        ({"token": "12345678"}, MISFIT + "option token: it is a number, a colon and a secret; copy it"),
        ({"token": "1234:with space"}, MISFIT + "option token: "),
        ({"token": "1234:../getMe"}, MISFIT + "option token: "),
        ({"token": "Bot:abc"}, MISFIT + "option token: "),
        ({"token": TOKEN, "token_file": "x"}, "messenger 'bot' has both 'token' and 'token_file': keep only one"),
        (
            {"token_file": "nowhere/token"},
            r"messenger 'bot' .*the file of token_file can't be read \(FileNotFoundError\), so name",
        ),
        ({"token": TOKEN, "mode": "push"}, MISFIT + "option mode: "),
        ({"token": TOKEN, "mode": "webhook"}, MISFIT + r"mode = webhook needs a secret \(or secret_file\)"),
        ({"token": TOKEN, "secret": "short"}, MISFIT + "option secret: it has 8 to 256"),
        ({"token": TOKEN, "secret": "x" * 257}, MISFIT + "option secret: it has 8 to 256"),
        ({"token": TOKEN, "secret": "mật khẩu dài"}, MISFIT + "option secret: "),
        ({"token": TOKEN, "base": "http://bot-api.zaloplatforms.com"}, MISFIT + "option base: it begins with https://"),
        ({"token": TOKEN, "groups": "perhaps"}, MISFIT + "option groups: "),
        ({"token": TOKEN, "proxy": "proxy.example:3128"}, MISFIT + "option proxy: it begins with http://"),
    ],
)
def test_invalid_option_is_named(options: dict[str, str], words: str) -> None:
    """An invalid option is refused with instance, option and remedy, without secret values."""
    with pytest.raises(ConfigurationError, match=words) as raised:
        BotOptions.parse("bot", options)
    values = [value for name, value in options.items() if name in ("token", "secret", "proxy")]
    assert not [value for value in values if value in str(raised.value)]
    assert raised.value.__context__ is None
