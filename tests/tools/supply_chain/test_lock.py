"""The lock files fit the project, as far as they can be checked without an index."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tools.supply_chain import lock as lock_tool
from tools.supply_chain.lock import (
    CONSTRAINED_BY,
    CONSTRAINTS,
    FOLDER,
    LOCKS,
    describe_upgrades,
    find_constraint_mismatches,
    find_mismatches,
    format_constraints,
    iter_requirements,
    read_lock,
    read_pyproject,
)

HASH = "    --hash=sha256:" + "a" * 64


def text(lock: str) -> str:
    return (FOLDER / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_locked_versions_fit_and_have_hashes(lock: str) -> None:
    """Each requirement is locked to an allowed version, and every package has hashes."""
    assert find_mismatches(lock, text(lock), read_pyproject()) == [], "python -m tools.supply_chain.lock write"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_index(lock: str) -> None:
    """A lock file has versions and hashes only, no address and no path of the machine that wrote it."""
    assert all(pin.hashes for pin in read_lock(text(lock)))
    assert "://" not in text(lock)


def test_released_versions_are_tested() -> None:
    """The released versions are the tested ones."""
    release, ci = ({pin.name: pin.version for pin in read_lock(text(f"{name}.lock"))} for name in ("release", "ci"))
    assert {name: ci[name] for name in release} == release


def test_only_the_postgres_extra_brings_its_driver() -> None:
    """Only the extra `postgres` requires the driver, which is under the LGPL."""
    project = read_pyproject()["project"]
    assert isinstance(project, Mapping)
    requirements = [
        *project["dependencies"],
        *(
            requirement
            for name, extra in project["optional-dependencies"].items()
            if name != "postgres"
            for requirement in extra
        ),
    ]
    assert not [requirement for requirement in requirements if requirement.startswith("psycopg")]


PROJECT: Mapping[str, object] = {
    "project": {
        "name": "anninh",
        "dependencies": ["attrs>=25.1"],
        "optional-dependencies": {"web": ["uvicorn[standard]>=0.38"], "all": ["anninh[web]"], "dev": []},
    },
    "dependency-groups": {"build": [], "supply-chain": ["uv>=0.9"]},
}


def test_our_own_extras_are_resolved() -> None:
    """Requirements of an extra include those of its own other extras, and exclude the project itself."""
    assert [requirement.name for requirement in iter_requirements("release.lock", PROJECT)] == ["attrs", "uvicorn"]
    assert [requirement.name for requirement in iter_requirements("supply-chain.lock", PROJECT)] == ["uv"]


def test_misfits_are_reported() -> None:
    """A package that is missing, too old or without a hash is reported."""
    assert find_mismatches("release.lock", f"attrs==24.1 \\\n{HASH}\n", PROJECT) == [
        "attrs>=25.1 doesn't allow 24.1",
        "uvicorn is missing",
    ]
    assert find_mismatches("release.lock", f"attrs==25.1\nuvicorn==0.40 ; os_name == 'nt' \\\n{HASH}\n", PROJECT) == [
        "attrs 25.1 has no hash"
    ]


@pytest.mark.parametrize(
    "line",
    ["--index-url https://packages.invalid/simple", "attrs>=25.1", "./wheels/attrs.whl", "    --hash=md5:00", HASH],
)
def test_other_lines_are_refused(line: str) -> None:
    """An address, a path, a version bound or another kind of hash is refused in a lock file."""
    with pytest.raises(ValueError, match="line 1 is neither"):
        read_lock(line)


def test_the_constraints_fit_the_lock_file() -> None:
    """The constraints for pip in the README match the versions that CI tests."""
    assert find_constraint_mismatches(text(CONSTRAINTS), text(CONSTRAINED_BY)) == [], (
        "python -m tools.supply_chain.lock write"
    )


def test_constraints_cover_all_requirements() -> None:
    """Each requirement of the library, its extras and `dev` is constrained, by lines that pip can read."""
    names = {canonicalize_name(Requirement(line).name) for line in text(CONSTRAINTS).splitlines()[1:]}
    assert {
        canonicalize_name(requirement.name) for requirement in iter_requirements(CONSTRAINED_BY, read_pyproject())
    } <= names
    assert "://" not in text(CONSTRAINTS)
    assert "--" not in text(CONSTRAINTS)


LOCKED = f"attrs==25.1 \\\n{HASH}\ndjango==5.2 ; python_full_version < '3.12' \\\n{HASH}\ndjango==6.1 \\\n{HASH}\n"


def test_constraints_keep_markers_and_leave_out_hashes() -> None:
    """Constraints keep the markers, so that a Python version finds its package version, and omit the hashes."""
    assert format_constraints(read_lock(LOCKED)).splitlines()[1:] == [
        "attrs==25.1",
        "django==5.2 ; python_full_version < '3.12'",
        "django==6.1",
    ]


def test_constraints_that_differ_are_refused() -> None:
    """A different version, a missing package and an index in the constraints are reported."""
    fitting = format_constraints(read_lock(LOCKED))
    assert find_constraint_mismatches(fitting, LOCKED) == []
    assert find_constraint_mismatches(fitting.replace("attrs==25.1", "attrs==25.2"), LOCKED) == [
        "attrs==25.1 is missing",
        "attrs==25.2 is too much",
    ]
    assert find_constraint_mismatches(f"--index-url https://packages.invalid/simple\n{fitting}", LOCKED) == [
        "--index-url https://packages.invalid/simple is too much"
    ]


def test_upgrades_name_both_versions() -> None:
    """An upgrade is listed with both versions, and a package that appears or disappears isn't."""
    newest = read_lock("attrs==26.1\ndjango==5.2 ; python_full_version < '3.12'\ndjango==6.2\nidna==3\n")
    assert describe_upgrades(read_lock(LOCKED), newest) == {
        "attrs": "attrs: 25.1, newest 26.1",
        "django": "django: 5.2, 6.1, newest 5.2, 6.2",
    }
    assert describe_upgrades(newest, newest) == {}


def test_newer_versions_are_unknown_without_an_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without an index `lock newer` reports that newer versions are unknown, with uv's reason, and succeeds."""
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'no index answers' >&2\nexit 2\n", encoding="utf-8")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert lock_tool.main(["newer"]) == 0
    output = capfd.readouterr()
    assert output.out.startswith("What is newer than the lock files is NOT KNOWN")
    assert "no index answers" in output.err
