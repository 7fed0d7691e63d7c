"""Every example of the documentation runs.

Blocks of a page run in order, in one namespace and one fresh folder. Above a block may stand:

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
"""Their commands are many, and each is a process of its own; or they load much."""

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
    """What a reader copies works as it stands, and prints what the page says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    run_page(page, commands)


@pytest.mark.parametrize("page", FIRST_READ, ids=name_of)
def test_the_first_examples_run_anywhere_and_twice(
    page: Path, commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stranger tries first writes nothing where they stand, and does the same the second time."""
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
            stack.close()  # or a server of a page that fails would run on
        for app in [value for value in namespace.values() if isinstance(value, App)]:
            app.close()


def run(page: Path, block: Block, namespace: dict[str, object], commands: Commands) -> None:
    where = f"{name_of(page)}:{block.line}"
    if block.directive in ("skip", "shows"):
        assert block.argument, f"{where}: say why this block isn't run"
    elif block.directive == "file":
        assert block.text == (ROOT / block.argument).read_text(encoding="utf-8"), f"{where}: {block.argument} differs"
    elif block.directive == "save":
        Path(block.argument).parent.mkdir(parents=True, exist_ok=True)
        Path(block.argument).write_text(block.text, encoding="utf-8")
    elif block.directive == "pytest":
        Path("test_example.py").write_text(block.text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example.py"]
        read(where, called(command, environment()))
    elif block.directive == "shell":
        printed = shelled(where, block)
        wanted = "\n".join(line for line in block.text.splitlines() if line and not line.startswith("$ "))
        assert fits(printed, wanted), f"{where} printed:\n{printed}"
    elif block.language == "python":
        printed = executed(where, block, namespace)
        assert block.printed is None or fits(printed, block.printed), f"{where} printed:\n{printed}"
    elif block.language == "console":
        for line in commands_of(block):
            done = commands.run(shlex.split(line)[1:], environment=environment(), folder=Path.cwd())
            read(f"{where}: {line}", done)


def executed(where: str, block: Block, namespace: dict[str, object]) -> str:
    out = io.StringIO()
    padded = "\n" * (block.line - 1) + block.text  # a traceback then names the line of the page
    with contextlib.redirect_stdout(out):
        exec(compile(padded, where, "exec"), namespace)
    return out.getvalue()


def shelled(where: str, block: Block) -> str:
    needed = ["bash", *(program for program in ("curl", "openssl") if program in block.text)]
    if missing := [program for program in needed if shutil.which(program) is None]:
        pytest.skip(f"{where} needs {' and '.join(missing)}")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    script = "\n".join(line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ "))
    command = ["bash", "-euo", "pipefail", "-c", script]
    return read(where, called(command, {**environment(), "PATH": path}))


def fits(printed: str, wanted: str) -> bool:
    pattern = ".*?".join(map(re.escape, wanted.strip().split("…")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def commands_of(block: Block) -> Iterator[str]:
    """Yield the commands of ours in a console block."""
    for line in block.text.splitlines():
        if line.startswith("$ anninh "):
            yield line.removeprefix("$ ")


def environment() -> dict[str, str]:
    """Return what a process is called with that shows what a block says."""
    others = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}  # those of this run
    return {**others, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}


def called(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def read(where: str, done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, f"{where}:\n{done.stdout}{done.stderr}"
    return done.stdout


def test_a_shell_block_is_run() -> None:
    """What its commands print is found out, and one that fails isn't passed over."""
    block = Block(language="console", line=1, text="$ echo $((1 + 1))\n2\n")
    assert shelled("here", block) == "2\n"
    with pytest.raises(AssertionError, match="here"):
        shelled("here", Block(language="console", line=1, text="$ false | true\n$ echo 2\n"))


def test_what_a_block_prints_is_compared() -> None:
    """An ellipsis stands for anything, and nothing else does."""
    assert fits("receipt 3WNHW-PJE6S\n", "receipt …")
    assert not fits("received", "resolved")
