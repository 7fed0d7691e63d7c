"""The language of the command line."""

import json
import os
from importlib.metadata import version

import pytest
from click.testing import CliRunner
from tests.cli.conftest import Run
from tests.language.catalogue import CLICK_VERSION

from anninh_core.cli.root import anninh

GROUPS = (
    *("tips", "inquiries", "content", "posts", "groups", "duties", "reports", "identity"),
    *("account", "audit", "keys", "officers", "retention"),
)


@pytest.mark.parametrize("variable", ["LANGUAGE", "LC_ALL", "LANG"])
def test_the_environment_chooses(variable: str) -> None:
    """The environment chooses the language as for gettext: the first variable that is set counts."""
    unset = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    output = CliRunner().invoke(anninh, ["tips", "--help"], env={**unset, variable: "vi_VN.UTF-8"}).stdout
    assert "Cách dùng: anninh tips" in output


def test_lang_option_applies_to_one_command(run: Run) -> None:
    """`--lang` overrides the environment, and doesn't affect the next command of the same process."""
    before = os.environ.get("LANGUAGE")
    assert "Usage:" in run("--lang", "en", "tips", "--help", env={"LANGUAGE": "vi"}).stdout
    assert "Cách dùng:" in run("--lang", "vi", "tips", "--help").stdout
    assert "Usage:" in run("tips", "--help").stdout
    assert os.environ.get("LANGUAGE") == before


def test_unknown_language_falls_back_to_english(run: Run) -> None:
    """A language without a catalogue falls back to English."""
    assert "Usage:" in run("tips", "--help", env={"LANGUAGE": "fr"}).stdout


@pytest.mark.parametrize("group", GROUPS)
def test_help_in_vietnamese_fits(group: str, run: Run) -> None:
    """No line of a Vietnamese help is wider than 80 columns."""
    output = run("--lang", "vi", group, "--help").stdout
    assert "Các lệnh:" in output
    assert [line for line in output.splitlines() if len(line) > 80] == []


def test_the_overview_is_vietnamese(run: Run) -> None:
    """The overview of commands and options is Vietnamese, also the help of `--help`."""
    output = run("--lang", "vi", "--help").stdout
    for words in ("Hiện hướng dẫn này rồi thoát.", "Tùy chọn:", "tin báo của người dân"):
        assert words in output


def test_frequent_errors_are_vietnamese(run: Run) -> None:
    """Frequent errors are Vietnamese sentences with the wrong value and a remedy."""
    result = run("--lang", "vi", "tips", "show", "XXXXX-XXXXX")
    assert (result.exit_code, "Không tìm thấy tin báo “XXXXX-XXXXX”" in result.stderr) == (1, True)
    assert "there is no" not in result.stderr
    assert (
        "anninh.toml: hãy lập bằng `anninh init DIR`." in run("--lang", "vi", "tips", "list", "--at", "nowhere").stderr
    )
    assert "thiếu --text, --unit" in run("--lang", "vi", "tips", "record").stderr


@pytest.mark.skipif(version("click") != CLICK_VERSION, reason="translated are the words of the click that is locked")
def test_click_errors_are_vietnamese(run: Run) -> None:
    """An unknown command is reported in Vietnamese."""
    assert "Không có lệnh 'tip'" in run("--lang", "vi", "tip").stderr


def test_json_error_message_is_vietnamese(run: Run) -> None:
    """A JSON error keeps its code and has its message in the chosen language."""
    error = json.loads(run("--lang", "vi", "tips", "show", "XXXXX-XXXXX", "--json").stderr)
    assert (error["code"], error["message"].startswith("Không tìm thấy tin báo")) == ("NotVisible", True)
