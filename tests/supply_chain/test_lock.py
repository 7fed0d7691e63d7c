"""The lock files fit the project, as far as that can be told without an index."""

from collections.abc import Mapping

import pytest
from tools.supply_chain.lock import FOLDER, LOCKS, misfits, read_lock, read_pyproject, wanted

HASH = "    --hash=sha256:" + "a" * 64


def text(lock: str) -> str:
    return (FOLDER / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_each_fits(lock: str) -> None:
    """Each requirement has a version that its lower bound allows, and every package has hashes."""
    assert misfits(lock, text(lock), read_pyproject()) == [], "python -m tools.supply_chain.lock write"


@pytest.mark.parametrize("lock", LOCKS)
def test_names_no_index(lock: str) -> None:
    """Nothing stands in a lock file but versions and hashes: no address and no path of the machine that wrote it."""
    assert all(pin.hashes for pin in read_lock(text(lock)))
    assert "://" not in text(lock)


def test_the_same_versions_everywhere() -> None:
    """What is tested is what is released."""
    release, ci = ({pin.name: pin.version for pin in read_lock(text(f"{name}.lock"))} for name in ("release", "ci"))
    assert {name: ci[name] for name in release} == release


def test_only_the_postgres_extra_brings_its_driver() -> None:
    """Nothing that is needed without PostgreSQL asks for the driver, which is under the LGPL."""
    project = read_pyproject()["project"]
    assert isinstance(project, Mapping)
    named = [
        *project["dependencies"],
        *(one for name, ones in project["optional-dependencies"].items() if name != "postgres" for one in ones),
    ]
    assert not [one for one in named if one.startswith("psycopg")]


PROJECT: Mapping[str, object] = {
    "project": {
        "name": "anninh",
        "dependencies": ["attrs>=25.1"],
        "optional-dependencies": {"web": ["uvicorn[standard]>=0.38"], "all": ["anninh[web]"], "dev": []},
    },
    "dependency-groups": {"build": [], "supply-chain": ["uv>=0.9"]},
}


def test_our_own_extras_are_resolved() -> None:
    """What an extra takes from another is wanted; the project itself isn't."""
    assert [one.name for one in wanted("release.lock", PROJECT)] == ["attrs", "uvicorn"]
    assert [one.name for one in wanted("supply-chain.lock", PROJECT)] == ["uv"]


def test_what_does_not_fit_is_told() -> None:
    """A package that is missing, too old, or without a hash."""
    assert misfits("release.lock", f"attrs==24.1 \\\n{HASH}\n", PROJECT) == [
        "attrs>=25.1 doesn't allow 24.1",
        "uvicorn is missing",
    ]
    assert misfits("release.lock", f"attrs==25.1\nuvicorn==0.40 ; os_name == 'nt' \\\n{HASH}\n", PROJECT) == [
        "attrs 25.1 has no hash"
    ]


@pytest.mark.parametrize(
    "line",
    ["--index-url https://packages.invalid/simple", "attrs>=25.1", "./wheels/attrs.whl", "    --hash=md5:00", HASH],
)
def test_other_lines_are_refused(line: str) -> None:
    """An address, a path, a bound or another hash has no place in a lock file."""
    with pytest.raises(ValueError, match="line 1 is neither"):
        read_lock(line)
