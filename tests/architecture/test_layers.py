from collections.abc import Callable


def test_layer_contracts_are_kept(run: Callable[[str], str]) -> None:
    """Every layer contract of pyproject.toml is kept."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"

    assert "0 broken" in run(lint)
