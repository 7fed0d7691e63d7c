"""Every example of the documentation runs.

Blocks of a page run in order, in one namespace and one fresh folder. A directive may precede a block:

- `<!-- skip: REASON -->`: the block isn't run.
- `<!-- save: PATH -->`: the block is written to a file that later blocks use.
- `<!-- pytest -->`: the block is a test module and must pass.
- `<!-- file: PATH -->`: the block must equal that file of the repository.
- `<!-- shows: REASON -->`: a console block whose commands are not run, but must exist.
- `<!-- shell -->`: the lines of a console block that begin with `$ ` are run by bash, and must print the others.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, Block, get_page_name, list_pages, parse_blocks
from tests.support.commands.caller import CommandRunner

from anninh_core.app import App

PAGES = [page for page in list_pages() if page.exists()]
LONG = (
    "docs/explanation/audit.md",
    "docs/howto/adapt_to_your_district.md",
    "docs/howto/answer_questions.md",
    "docs/howto/back_up_and_move.md",
    "docs/howto/be_on_duty.md",
    "docs/howto/call_anything.md",
    "docs/howto/decide_what_may_leave.md",
    "docs/howto/embed_it.md",
    "docs/howto/keep_the_keys.md",
    "docs/howto/look_after_retention.md",
    "docs/howto/officers_at_the_keyboard.md",
    "docs/howto/read_a_year.md",
    "docs/howto/run_by_cron.md",
    "docs/howto/run_it.md",
    "docs/howto/run_on_zalo.md",
    "docs/howto/test_your_tool.md",
    "docs/howto/write_a_polling_messenger.md",
    "docs/vi/run_it.md",
)
"""Pages with slow examples: they run many commands, each in its own process, or load much data."""

RUNNING = [page for page in PAGES if re.search(r"```(python|console|toml)", page.read_text(encoding="utf-8"))]
FIRST_READ = [
    page for page in RUNNING if page in (ROOT / "README.md", ROOT / "docs/index.md", ROOT / "docs/tutorial.md")
]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=get_page_name(page), marks=[pytest.mark.slow] if get_page_name(page) in LONG else [])
        for page in RUNNING
        if page not in FIRST_READ
    ],
)
def test_examples_print_what_pages_show(
    page: Path, commands: CommandRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The examples of a page work as copied, and print the output that the page shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    run_page(page, commands)


@pytest.mark.parametrize("page", FIRST_READ, ids=get_page_name)
def test_first_examples_run_repeatedly_without_files(
    page: Path, commands: CommandRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The documentation's first examples write nothing into the current folder, and work a second time."""
    here = tmp_path / "here"
    passing = tmp_path / "passing"
    here.mkdir()
    passing.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    for _ in range(2):
        run_page(page, commands)
    assert list(here.iterdir()) == []


def run_page(page: Path, commands: CommandRunner) -> None:
    namespace: dict[str, object] = {"__name__": "example"}
    try:
        for block in parse_blocks(page.read_text(encoding="utf-8")):
            run_block(page, block, namespace, commands)
    finally:
        for stack in [value for value in namespace.values() if isinstance(value, contextlib.ExitStack)]:
            stack.close()  # Without closing its stack, a server of a failing page would keep running.
        for app in [value for value in namespace.values() if isinstance(value, App)]:
            app.close()


def run_block(page: Path, block: Block, namespace: dict[str, object], commands: CommandRunner) -> None:
    place = f"{get_page_name(page)}:{block.line}"
    if block.directive in ("skip", "shows"):
        assert block.argument, f"{place}: say why this block isn't run"
    elif block.directive == "file":
        assert block.text == (ROOT / block.argument).read_text(encoding="utf-8"), f"{place}: {block.argument} differs"
    elif block.directive == "save":
        Path(block.argument).parent.mkdir(parents=True, exist_ok=True)
        Path(block.argument).write_text(block.text, encoding="utf-8")
    elif block.directive == "pytest":
        Path("test_example.py").write_text(block.text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"]
        check_output(place, run_process(command, build_environment()))
    elif block.directive == "shell":
        printed = run_shell(place, block)
        expected = "\n".join(line for line in block.text.splitlines() if line and not line.startswith("$ "))
        assert matches_expected(printed, expected), f"{place} printed:\n{printed}"
    elif block.language == "python":
        printed = run_python(place, block, namespace)
        assert block.printed is None or matches_expected(printed, block.printed), f"{place} printed:\n{printed}"
    elif block.language == "console":
        for line in iter_commands(block):
            result = commands.run(shlex.split(line)[1:], environment=build_environment(), folder=Path.cwd())
            check_output(f"{place}: {line}", result)


def run_python(place: str, block: Block, namespace: dict[str, object]) -> str:
    out = io.StringIO()
    # Empty lines come first, so that a traceback has the page's line number.
    padded = "\n" * (block.line - 1) + block.text
    with contextlib.redirect_stdout(out):
        exec(compile(padded, place, "exec"), namespace)
    return out.getvalue()


def run_shell(place: str, block: Block) -> str:
    needed = ["bash", *(program for program in ("curl", "openssl") if program in block.text)]
    if missing := [program for program in needed if shutil.which(program) is None]:
        pytest.skip(f"{place} needs {' and '.join(missing)}")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    script = "\n".join(line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ "))
    command = ["bash", "-euo", "pipefail", "-c", script]
    return check_output(place, run_process(command, {**build_environment(), "PATH": path}))


def matches_expected(printed: str, expected: str) -> bool:
    pattern = ".*?".join(map(re.escape, expected.strip().split("…")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def iter_commands(block: Block) -> Iterator[str]:
    """Yield the `anninh` commands in a console block."""
    for line in block.text.splitlines():
        if line.startswith("$ anninh "):
            yield line.removeprefix("$ ")


def build_environment() -> dict[str, str]:
    """Return the environment variables for the processes that run a block's commands."""
    # The options in PYTEST_ADDOPTS are meant for this run of pytest only.
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return {**others, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}


def run_process(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def check_output(place: str, result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, f"{place}:\n{result.stdout}{result.stderr}"
    return result.stdout


def test_shell_block_output_is_checked() -> None:
    """The output of a shell block is returned, and a failing command is an error."""
    block = Block(language="console", line=1, text="$ echo $((1 + 1))\n2\n")
    assert run_shell("here", block) == "2\n"
    with pytest.raises(AssertionError, match="here"):
        run_shell("here", Block(language="console", line=1, text="$ false | true\n$ echo 2\n"))


def test_only_an_ellipsis_matches_anything() -> None:
    """An ellipsis matches any output; all other text has to be equal."""
    assert matches_expected("receipt 3WNHW-PJE6S\n", "receipt …")
    assert not matches_expected("received", "resolved")
