"""Options: what is missing or wrong is named, and no secret is shown."""

from pathlib import Path

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.errors.classify import Host
from anninh_zalo.options import read_options

GOOD = {"app_id": "1", "app_secret": "xekret", "oa_id": "2", "oa_secret": "khoa"}
ENDLESS = "a" * 43


def test_little_is_needed() -> None:
    """Four options do; everything else has a safe default."""
    read = read_options("oa", GOOD)

    assert (read.app_id, read.oa_secrets, read.text_limit, read.history) == ("1", ("khoa",), 2000, True)
    assert read.bases[Host.OPENAPI] == "https://openapi.zalo.me"


def test_families() -> None:
    """Names with a dot go on after it: addresses, templates, words."""
    more = {
        "base.openapi": "http://127.0.0.1:1/openapi",
        "template.tip.answer": "12",
        "template.tip.answer.ma": "{receipt}",
    }
    read = read_options("oa", GOOD | more)

    assert read.bases[Host.OPENAPI] == "http://127.0.0.1:1/openapi"
    assert read.bases[Host.OAUTH] == "https://oauth.zaloapp.com"
    assert read.template == {"tip.answer": "12", "tip.answer.ma": "{receipt}"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"app_secret": None}, "it needs the option 'app_secret' (or 'app_secret_file')"),
        ({"oa_id": None}, "it needs the option 'oa_id', and not blank"),
        ({"oa_secert": "x"}, "there is no option 'oa_secert' (did you mean 'oa_secret'?)"),
        ({"tempalte.tip.answer": "x"}, "(did you mean 'template.tip.answer'?)"),
        ({"wording": "x"}, "there is no option 'wording'"),
        ({"oa_secret": " "}, "the secret 'oa_secret' is empty or blank"),
        ({"other_oa_secret": ""}, "the secret 'other_oa_secret' is empty or blank"),
        ({"oa_id": "abc"}, "option oa_id"),
        ({"color": "red"}, "there is no option 'color'; correct the name or take it out. It accepts app_id, oa_id, "),
        ({"base.bot": "http://x"}, "option base.bot"),
        ({"base.openapi": "openapi.zalo.me"}, "option base.openapi"),
        ({"history": "maybe"}, "option history"),
        ({"max_age": "1"}, "max_age: within 1 hours"),
        ({"verifier": "short"}, "verifier"),
        ({"numbering": "part "}, "numbering"),
        ({"reserve": "80"}, "lets nothing else leave"),
        ({"text_limit": "3000"}, "option text_limit"),
        ({"domain_file": "x", "app_secret_file": "y"}, "give app_secret or app_secret_file, not both"),
    ],
)
def test_wrong_ones_are_named(change: dict[str, str | None], said: str) -> None:
    """With the way out; what a secret holds is never repeated."""
    options = {name: value for name, value in (GOOD | change).items() if value is not None}

    with pytest.raises(ConfigurationError, match="messenger 'oa': ") as raised:
        read_options("oa", options)

    assert said in str(raised.value)
    assert not any(secret in str(raised.value) for secret in ("xekret", "khoa"))


def test_secrets_from_files(tmp_path: Path) -> None:
    """A secret may lie in a file of its own; one that isn't there is an error at once."""
    kept = tmp_path / "app"
    kept.write_text(" tu-tep\n", encoding="utf-8")
    without = {name: value for name, value in GOOD.items() if name != "app_secret"}

    assert read_options("oa", without | {"app_secret_file": str(kept)}).app_secret == "tu-tep"
    with pytest.raises(ConfigurationError, match="app_secret_file can't be read: FileNotFoundError"):
        read_options("oa", without | {"app_secret_file": str(tmp_path / "none")})


def test_secrets_are_not_shown() -> None:
    """Neither by repr nor by str."""
    shown = repr(read_options("oa", GOOD | {"other_oa_secret": "khac", "verifier": ENDLESS, "proxy": "http://u:p@x"}))

    assert not any(secret in shown for secret in ("xekret", "khoa", "khac", ENDLESS, "u:p"))


@pytest.mark.parametrize("proxy", ["u:xekret@proxy:3128", "ftp://u:xekret@proxy", "http://", "http://a b"])
def test_a_proxy_that_is_none(proxy: str) -> None:
    """Is refused at once, without what it says: met with the first message, its error would repeat the password."""
    with pytest.raises(ConfigurationError, match="option proxy") as raised:
        read_options("oa", GOOD | {"proxy": proxy})

    assert "xekret" not in str(raised.value)
