"""Every example of the documentation runs.

Blocks of a page run in order, in one namespace and one fresh folder. A directive may precede a block:

- `<!-- skip: REASON -->`: it isn't run.
- `<!-- save: PATH -->`: it is written to a file that later blocks use.
- `<!-- pytest -->`: it is a test module and must pass.
- `<!-- file: PATH -->`: it must equal that file of the repository.
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
from tests.docs.pages import ROOT, Block, blocks, every_page, name_of
from tests.support.commands.caller import Commands

from anninh_core.app import App

PAGES = [page for page in every_page() if page.exists()]
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
"""Slow pages: they run many commands, each a process of its own, or load much data."""

RUNNING = [page for page in PAGES if re.search(r"```(python|console|toml)", page.read_text(encoding="utf-8"))]
FIRST_READ = [
    page for page in RUNNING if page in (ROOT / "README.md", ROOT / "docs/index.md", ROOT / "docs/tutorial.md")
]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=name_of(page), marks=[pytest.mark.slow] if name_of(page) in LONG else [])
        for page in RUNNING
        if page not in FIRST_READ
    ],
)
def test_examples_print_what_pages_show(
    page: Path, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Examples work as copied, and print the output that the page shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    run_page(page, commands)


@pytest.mark.parametrize("page", FIRST_READ, ids=name_of)
def test_first_examples_run_repeatedly_without_files(
    page: Path, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first examples write nothing into the current folder, and work a second time."""
    here = tmp_path / "here"
    passing = tmp_path / "passing"
    here.mkdir()
    passing.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr("tempfile.tempdir", str(passing))
    for _ in range(2):
        run_page(page, commands)
    assert list(here.iterdir()) == []


def run_page(page: Path, commands: Commands) -> None:
    namespace: dict[str, object] = {"__name__": "example"}
    try:
        for block in blocks(page.read_text(encoding="utf-8")):
            run(page, block, namespace, commands)
    finally:
        for stack in [value for value in namespace.values() if isinstance(value, contextlib.ExitStack)]:
            stack.close()  # or a server of a failing page would keep running
        for app in [value for value in namespace.values() if isinstance(value, App)]:
            app.close()


def run(page: Path, block: Block, namespace: dict[str, object], commands: Commands) -> None:
    place = f"{name_of(page)}:{block.line}"
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
        read(place, called(command, environment()))
    elif block.directive == "shell":
        printed = run_shell(place, block)
        expected = "\n".join(line for line in block.text.splitlines() if line and not line.startswith("$ "))
        assert fits(printed, expected), f"{place} printed:\n{printed}"
    elif block.language == "python":
        printed = executed(place, block, namespace)
        assert block.printed is None or fits(printed, block.printed), f"{place} printed:\n{printed}"
    elif block.language == "console":
        for line in commands_of(block):
            result = commands.run(shlex.split(line)[1:], environment=environment(), folder=Path.cwd())
            read(f"{place}: {line}", result)


def executed(place: str, block: Block, namespace: dict[str, object]) -> str:
    out = io.StringIO()
    padded = "\n" * (block.line - 1) + block.text  # so that a traceback has the page's line number
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
    return read(place, called(command, {**environment(), "PATH": path}))


def fits(printed: str, expected: str) -> bool:
    pattern = ".*?".join(map(re.escape, expected.strip().split("…")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def commands_of(block: Block) -> Iterator[str]:
    """Yield the `anninh` commands in a console block."""
    for line in block.text.splitlines():
        if line.startswith("$ anninh "):
            yield line.removeprefix("$ ")


def environment() -> dict[str, str]:
    """Return the environment of the processes that run a block's commands."""
    # those are for this run of pytest
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return {**others, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}


def called(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def read(place: str, result: subprocess.CompletedProcess[str]) -> str:
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
    assert fits("receipt 3WNHW-PJE6S\n", "receipt …")
    assert not fits("received", "resolved")
