"""`anninh units`."""

from tests.cli.conftest import Run


def test_unit_tree_is_of_the_given_day(run: Run) -> None:
    """The tree has the units of the given day: the communes of 2021, or the wards of 2025."""
    before, after = (run("units", "--on", day).stdout for day in ("2021-09-01", "2025-09-01"))

    assert "· xã Ninh Hòa" in before
    assert "· · " in before
    assert "phường Hoa Lư" not in before
    assert "phường Hoa Lư" in after
    assert "Ninh Hòa" not in after


def test_unit_tree_defaults_to_today(run: Run) -> None:
    """Without `--on` the tree is that of today."""
    assert run("units").exit_code == 0


def test_invalid_day_is_refused(run: Run) -> None:
    """An invalid day is refused with the expected format."""
    result = run("units", "--on", "1/9/2021")

    assert result.exit_code == 2
    assert "%Y-%m-%d" in result.stderr
