"""Every command has JSON output and Vietnamese texts."""

import json
import re
from inspect import cleandoc

import click
import pytest
from rich.cells import cell_len
from tests.cli.conftest import Run
from tests.cli.walk import iter_commands, list_runnable_commands

pytestmark = pytest.mark.slow  # These tests are slow, because they run every operation, one by one.

WITHOUT_JSON = {
    "board": "it shows pages to browsers until it is stopped, and prints its address only",
    "play": "a conversation at a keyboard; programs speak to the mock messenger itself",
    "serve": "it answers over HTTP until it is stopped, and prints addresses only",
    "zalo sandbox": "its first line is JSON already, and it serves until it is stopped",
}
"""Commands that have no `--json`, each with the reason."""

AT_REST = {
    "account setup": "it asks for a code and a password",
    "account totp": "it asks for a password",
    "account password": "it asks for passwords",
    "account step-up": "it asks for a code",
    "account passkeys": "an officer of a trial has no account; tests/cli/test_passkeys.py lists some",
    "account recovery-codes": "it takes a second factor, which a trial has not",
    "account sessions": "an officer of a trial has no account",
    "account show": "an officer of a trial has no account",
    "account tokens": "an officer of a trial has no account",
    "call": "it takes an operation",
    "doctor": "it looks at this machine, whose state a test doesn't know",
    "login": "it asks for a password",
    "profiles new": "it asks eight questions",
    "work": "it goes on until it is stopped; with --once it is tried below",
    "kb import": "it takes a file or --bundled; it is tried below",
    "keys protect": "it asks for a passphrase",
}
"""Commands without arguments that these tests don't run on the folder, each with the reason."""


def _has_option(command: click.Command, option: str) -> bool:
    return any(option in parameter.opts for parameter in command.params)


THE_SAME = {"text, docx, pdf, html, xlsx, json, csv …"}
"""Help texts that are equal in both languages."""
COMMANDS = {" ".join(path[1:]): command for path, command in list_runnable_commands()}
ALL = {" ".join(path[1:]): command for path, command in iter_commands()}
TRIED = [
    name
    for name, command in COMMANDS.items()
    if name not in {*WITHOUT_JSON, *AT_REST}
    and not name.startswith("zalo ")  # The folder has no account of Zalo, which these commands need.
    and not any(parameter.required or getattr(parameter, "is_needed", False) for parameter in command.params)
    and not _has_option(command, "--key")  # A command with `--key` prompts for missing values.
    and not any(
        isinstance(parameter, click.Argument) and not parameter.required and parameter.metavar
        for parameter in command.params
    )
]
LISTS = [
    *TRIED,
    *(
        "duty roster ninh-hoa",
        "duty on-duty ninh-hoa",
        "call --list",
        "call --list tips.assign",
    ),
    *(
        "content search --text cháy",
        "groups find-for-resident --text ninh",
        "inquiries figures --start 2021-09-01 --end 2021-09-30",
        "inquiries find-articles --text căn",
        "inquiries search --text căn",
        "reports consolidated --obligation roll-out --year 2021",
        "reports figures --unit hoa-lu --start 2021-09-01 --end 2021-09-30",
        "reports late --obligation roll-out --year 2021",
        "tips suggestion-agreement --unit hoa-lu --start 2021-09-01 --end 2021-09-30",
        "tips timeline {receipt}",
        "tips unread --tip {tip}",
    ),
    *("audit show tip:{tip}", "search đánh bạc", "tips search cháy", "tips show {receipt}", "work --once"),
]


def test_every_command_has_json() -> None:
    """Every command has `--json` except the listed ones, and the lists contain only existing commands."""
    lacking = {name for name, command in COMMANDS.items() if not _has_option(command, "--json")}
    assert lacking == WITHOUT_JSON.keys()
    assert AT_REST.keys() <= COMMANDS.keys()


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {*WITHOUT_JSON, "call"}])
def test_unknown_option_is_reported_as_json(name: str, run: Run) -> None:
    """An unknown option is reported as JSON on stderr."""
    result = run(*name.split(), "--no-such-option", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert json.loads(result.stderr)["code"] == "NoSuchOption"


@pytest.mark.parametrize("name", [*ALL])
def test_help_is_vietnamese_and_fits(name: str, run: Run) -> None:
    """No help text of a command or option is left in English, and no line is wider than 80 columns."""
    if name == "zalo sandbox":  # This command passes `--help` on and has no help of its own.
        return
    output = run("--lang", "vi", *name.split(), "--help").stdout
    assert "Cách dùng:" in output
    assert [line for line in output.splitlines() if cell_len(line) > 80] == []
    help_words = _strip_punctuation(output)
    command = ALL[name]
    texts = [command.help, *(option.help for option in command.params if isinstance(option, click.Option))]
    sentences = (cleandoc(text) for text in texts if text and text not in THE_SAME and len(text.split()) > 2)
    english = [text for text in sentences if _strip_punctuation(text) in help_words]
    assert english == []


@pytest.mark.parametrize("line", LISTS)
def test_output_fits_and_has_json(line: str, run: Run, placeholder_values: dict[str, str]) -> None:
    """Vietnamese tables fit 80 columns, and with `--json` the same command prints one JSON document."""
    words = [word.format_map(placeholder_values) for word in line.split()]
    result = run("--lang", "vi", *words)
    assert result.exit_code in (0, 1, 3), result.stderr  # The exit codes 1 and 3 mean that the command had findings.
    table = [row for row in result.stdout.splitlines() if "  " in row.strip()]
    assert [row for row in table if cell_len(row) > 80] == []
    json.loads(run(*words, "--json").stdout)


@pytest.fixture
def placeholder_values(run: Run) -> dict[str, str]:
    """Values for the commands' placeholders: an officer, and a tip's id and receipt."""
    tip = json.loads(run("tips", "list", "--json").stdout)[0]
    return {"me": json.loads(run("whoami", "--json").stdout)["officer"], "tip": tip["id"], "receipt": tip["receipt"]}


def _strip_punctuation(text: str) -> str:
    return re.sub(r"\W+", " ", text)
