"""Missing or wrong options of an account are named, and no secret is shown."""

from pathlib import Path

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.errors.classify import Host
from anninh_zalo.options import read_options

GOOD = {"app_id": "1", "app_secret": "xekret", "oa_id": "2", "oa_secret": "khoa"}
ENDLESS = "a" * 43


def test_four_options_are_required() -> None:
    """An account requires four options, and all others have safe defaults."""
    options = read_options("oa", GOOD)

    assert (options.app_id, options.oa_secrets, options.text_limit, options.history) == ("1", ("khoa",), 2000, True)
    assert options.bases[Host.OPENAPI] == "https://openapi.zalo.me"


def test_dotted_options_form_families() -> None:
    """Options whose names have a dot form families: addresses, templates, wordings."""
    more = {
        "base.openapi": "http://127.0.0.1:1/openapi",
        "template.tip.answer": "12",
        "template.tip.answer.ma": "{receipt}",
    }
    options = read_options("oa", GOOD | more)

    assert options.bases[Host.OPENAPI] == "http://127.0.0.1:1/openapi"
    assert options.bases[Host.OAUTH] == "https://oauth.zaloapp.com"
    assert options.template == {"tip.answer": "12", "tip.answer.ma": "{receipt}"}


MISFIT = "The options of messenger 'oa' don't fit"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"app_secret": None},
            "A required option of messenger 'oa' is missing or empty: set 'app_secret' / 'app_secret_file'.",
        ),
        ({"oa_id": None}, "A required option of messenger 'oa' is missing or empty: set 'oa_id'."),
        ({"oa_secert": "x"}, "messenger 'oa' has no option 'oa_secert' (did you mean 'oa_secret'?): correct the name"),
        ({"tempalte.tip.answer": "x"}, "(did you mean 'template.tip.answer'?)"),
        ({"wording": "x"}, "messenger 'oa' has no option 'wording' (did you mean 'wording.'?)"),
        (
            {"oa_secret": " "},
            "The secret 'oa_secret' of messenger 'oa' is empty: give its value, or set 'oa_secret_file'",
        ),
        ({"other_oa_secret": ""}, "The secret 'other_oa_secret' of messenger 'oa' is empty: give its value"),
        ({"oa_id": "abc"}, MISFIT + " (option oa_id: "),
        (
            {"color": "red"},
            "has no option 'color': correct the name, or remove the option. Allowed options: app_id, oa_id",
        ),
        ({"base.bot": "http://x"}, MISFIT + " (option base.bot"),
        ({"base.openapi": "openapi.zalo.me"}, MISFIT + " (option base.openapi: "),
        ({"history": "maybe"}, MISFIT + " (option history: "),
        ({"max_age": "1"}, MISFIT + ". The option max_age refuses events that are more than 1 hours old, but"),
        (
            {"verifier": "short"},
            MISFIT + ". The option verifier has 5 characters and isn't a valid code verifier: give 43 ",
        ),
        ({"numbering": "part "}, MISFIT + ". The numbering 'part ' can't be used: write at most 100 characters "),
        ({"reserve": "80"}, "lets nothing else leave"),
        ({"text_limit": "3000"}, MISFIT + " (option text_limit: "),
        (
            {"domain_file": "x", "app_secret_file": "y"},
            "messenger 'oa' has both 'app_secret' and 'app_secret_file': keep only one of them.",
        ),
    ],
)
def test_wrong_option_is_named(change: dict[str, str | None], sentence: str) -> None:
    """A wrong option is refused by name with a solution, and without the values of secrets."""
    options = {name: value for name, value in (GOOD | change).items() if value is not None}

    with pytest.raises(ConfigurationError, match="messenger 'oa'") as raised:
        read_options("oa", options)

    assert sentence in str(raised.value)
    assert not any(secret in str(raised.value) for secret in ("xekret", "khoa"))


def test_secret_is_read_from_a_file(tmp_path: Path) -> None:
    """A secret can be read from a file, and a missing file is an error."""
    secret_file = tmp_path / "app"
    secret_file.write_text(" tu-tep\n", encoding="utf-8")
    without = {name: value for name, value in GOOD.items() if name != "app_secret"}

    assert read_options("oa", without | {"app_secret_file": str(secret_file)}).app_secret == "tu-tep"
    with pytest.raises(
        ConfigurationError, match=r"the file of app_secret_file can\'t be read \(FileNotFoundError\), so name a file"
    ):
        read_options("oa", without | {"app_secret_file": str(tmp_path / "none")})


def test_secrets_are_not_shown() -> None:
    """Neither repr nor str of the options contains secrets."""
    representation = repr(
        read_options("oa", GOOD | {"other_oa_secret": "khac", "verifier": ENDLESS, "proxy": "http://u:p@x"})
    )

    assert not any(secret in representation for secret in ("xekret", "khoa", "khac", ENDLESS, "u:p"))


@pytest.mark.parametrize("proxy", ["u:xekret@proxy:3128", "ftp://u:xekret@proxy", "http://", "http://a b"])
def test_invalid_proxy_is_refused_at_once(proxy: str) -> None:
    """An invalid proxy is refused at the start without its value, because the error at the first message would contain
    the password.
    """
    with pytest.raises(ConfigurationError, match="option proxy") as raised:
        read_options("oa", GOOD | {"proxy": proxy})

    assert "xekret" not in str(raised.value)
