from collections.abc import Callable


def test_the_storeys_hold(run: Callable[[str], str]) -> None:
    """Every contract of pyproject.toml is kept, and every new module has its storey."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"

    assert "0 broken" in run(lint)
