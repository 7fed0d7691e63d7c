"""In which language the command line speaks."""

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
    """As every program with gettext, the first that is set."""
    unset = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    shown = CliRunner().invoke(anninh, ["tips", "--help"], env={**unset, variable: "vi_VN.UTF-8"}).stdout
    assert "Cách dùng: anninh tips" in shown


def test_the_option_wins_and_leaves_nothing_behind(run: Run) -> None:
    """The next command of the same process speaks as before."""
    before = os.environ.get("LANGUAGE")
    assert "Usage:" in run("--lang", "en", "tips", "--help", env={"LANGUAGE": "vi"}).stdout
    assert "Cách dùng:" in run("--lang", "vi", "tips", "--help").stdout
    assert "Usage:" in run("tips", "--help").stdout
    assert os.environ.get("LANGUAGE") == before


def test_what_is_unknown_is_english(run: Run) -> None:
    """Another language has no catalogue."""
    assert "Usage:" in run("tips", "--help", env={"LANGUAGE": "fr"}).stdout


@pytest.mark.parametrize("group", GROUPS)
def test_help_in_vietnamese_fits(group: str, run: Run) -> None:
    """Nothing is wider than a terminal of 80 columns."""
    shown = run("--lang", "vi", group, "--help").stdout
    assert "Các lệnh:" in shown
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_the_overview_is_vietnamese(run: Run) -> None:
    """With the options, and with what `--help` says of itself."""
    shown = run("--lang", "vi", "--help").stdout
    for words in ("Hiện hướng dẫn này rồi thoát.", "Tùy chọn:", "tin báo của người dân"):
        assert words in shown


def test_errors_are_told_in_vietnamese(run: Run) -> None:
    """Frequent ones in a sentence of their own, which names the value and the way out."""
    wrong = run("--lang", "vi", "tips", "show", "XXXXX-XXXXX")
    assert (wrong.exit_code, "Không tìm thấy tin báo “XXXXX-XXXXX”" in wrong.stderr) == (1, True)
    assert "there is no" not in wrong.stderr
    assert (
        "anninh.toml: hãy lập bằng `anninh init DIR`." in run("--lang", "vi", "tips", "list", "--at", "nowhere").stderr
    )
    assert "thiếu --text, --unit" in run("--lang", "vi", "tips", "record").stderr


@pytest.mark.skipif(version("click") != CLICK_VERSION, reason="translated are the words of the click that is locked")
def test_what_click_refuses_is_told_in_vietnamese(run: Run) -> None:
    """A word that is no command is named in a Vietnamese sentence."""
    assert "Không có lệnh 'tip'" in run("--lang", "vi", "tip").stderr


def test_a_program_reads_them_in_vietnamese_too(run: Run) -> None:
    """The code stays, the message is in the language that is spoken."""
    wrong = json.loads(run("--lang", "vi", "tips", "show", "XXXXX-XXXXX", "--json").stderr)
    assert (wrong["code"], wrong["message"].startswith("Không tìm thấy tin báo")) == ("NotVisible", True)
