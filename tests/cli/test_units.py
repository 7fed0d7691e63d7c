"""`anninh units`."""

from tests.cli.conftest import Run


def test_the_tree_stands_as_of_a_day(run: Run) -> None:
    """The communes of 2021 below their district, the wards of 2025 in their place."""
    before, after = (run("units", "--on", day).stdout for day in ("2021-09-01", "2025-09-01"))

    assert "· xã Ninh Hòa" in before
    assert "· · " in before
    assert "phường Hoa Lư" not in before
    assert "phường Hoa Lư" in after
    assert "Ninh Hòa" not in after


def test_the_day_is_today_if_none_is_named(run: Run) -> None:
    """Whatever today is, there is a tree or a sentence."""
    assert run("units").exit_code == 0


def test_a_wrong_day_is_told(run: Run) -> None:
    """With the form it should have."""
    done = run("units", "--on", "1/9/2021")

    assert done.exit_code == 2
    assert "%Y-%m-%d" in done.stderr
