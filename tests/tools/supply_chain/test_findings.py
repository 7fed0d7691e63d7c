"""Findings of supply-chain programs are read correctly: nothing unaudited passes as sound."""

import json
from collections.abc import Mapping

import pytest
from tools.supply_chain.licences import InstalledPackage, find_problems, get_licence_kind
from tools.supply_chain.secret_scan import BASELINE, Found, iter_unreviewed, merge_reviews
from tools.supply_chain.vulnerabilities import parse_report, read_accepted_ids


@pytest.mark.parametrize(
    ("licence", "kind"),
    [
        ("MIT", "permissive"),
        ("Apache-2.0 OR BSD-3-Clause", "permissive"),
        ("BSD License", "permissive"),
        ("MPL-2.0", "permissive"),
        ("LGPL-3.0-only", "lgpl"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "lgpl"),
        ("GPL-2.0-or-later OR MIT", "permissive"),
        ("GPL-3.0-only AND MIT", "gpl"),
        ("GNU Affero General Public License v3", "gpl"),
        ("AGPL-3.0-only", "gpl"),
        ("All rights reserved", "unknown"),
        ("", "unknown"),
    ],
)
def test_kinds_of_licences(licence: str, kind: str) -> None:
    """A choice of licences counts as the most permissive one, and a combination as the strictest."""
    assert get_licence_kind(licence) == kind


PROJECT: Mapping[str, object] = {
    "name": "anninh",
    "dependencies": ["attrs"],
    "optional-dependencies": {"postgres": ["psycopg[binary]"], "web": ["uvicorn"], "all": ["anninh[postgres,web]"]},
}


def packages_with_problems(*more: InstalledPackage) -> list[str]:
    packages = [
        InstalledPackage("attrs", "MIT", ()),
        InstalledPackage("psycopg", "LGPL-3.0-only", ('psycopg-binary; extra == "binary"', "typing-extensions")),
        InstalledPackage("psycopg-binary", "LGPL-3.0-only", ()),
        InstalledPackage("typing-extensions", "PSF-2.0", ()),
        *more,
    ]
    return [line.partition(":")[0] for line in find_problems({package.name: package for package in packages}, PROJECT)]


def test_lgpl_in_the_driver_only() -> None:
    """The LGPL is allowed only for the database driver, not for other dependencies or packages that nothing
    requires.
    """
    assert packages_with_problems() == []
    assert packages_with_problems(
        InstalledPackage("uvicorn", "MIT", ("h11",)), InstalledPackage("h11", "LGPL-2.1-only", ())
    ) == ["h11"]
    assert packages_with_problems(InstalledPackage("uvicorn", "MIT", ("psycopg",))) == ["psycopg"]
    assert packages_with_problems(InstalledPackage("stray", "LGPL-2.1-only", ())) == ["stray"]


def test_no_gpl_anywhere() -> None:
    """The GPL and unknown licences are allowed nowhere, not even below the driver."""
    dependency = InstalledPackage("psycopg-binary", "GPL-3.0-only", ())
    assert packages_with_problems(dependency) == ["psycopg-binary"]
    assert packages_with_problems(InstalledPackage("odd", "", ())) == ["odd"]


def report(*dependencies: dict[str, object]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_skipped_is_not_audited() -> None:
    """A skipped package isn't counted as audited, and an invalid answer is reported as no answer."""
    audit = parse_report(report({"name": "idna", "skip_reason": "Dependency not found"}))
    assert (audit.audited, audit.skipped, audit.known) == (0, ("idna",), ())
    for output in ("", "Traceback", "[]", "{}"):
        assert (parse_report(output).audited, parse_report(output).why) == (0, "no answer")


def test_vulnerabilities_are_reported() -> None:
    """A vulnerability is reported with package, version, id and the version that fixes it."""
    result = parse_report(
        report(
            {"name": "idna", "version": "3.6", "vulns": [{"id": "PYSEC-2024-60", "fix_versions": ["3.7"]}]},
            {"name": "attrs", "version": "26.1.0", "vulns": []},
        )
    )
    assert result.audited == 2
    assert result.known == ("idna 3.6: PYSEC-2024-60, mended in 3.7",)
    assert all(" " not in id for id in read_accepted_ids())


def finding(hashed: str, **more: object) -> dict[str, object]:
    return {"type": "Secret Keyword", "hashed_secret": hashed, "line_number": 3, **more}


def test_unreviewed_findings_are_reported() -> None:
    """Findings that are new, in another file or not yet reviewed are reported, and a finding on a moved line isn't
    new.
    """
    findings: Found = {"a.py": [finding("11"), finding("22")], "b.py": [finding("11")]}
    baseline: Found = {"a.py": [finding("11", is_secret=False) | {"line_number": 99}, finding("22")]}
    assert list(iter_unreviewed(findings, baseline)) == ["a.py:3: Secret Keyword", "b.py:3: Secret Keyword"]
    assert list(iter_unreviewed(findings, {"a.py": [finding("22", is_secret=True)]}))[1] == "a.py:3: Secret Keyword"
    assert merge_reviews(findings, baseline)["a.py"] == [finding("11", is_secret=False), finding("22")]


def test_everything_in_the_baseline_was_reviewed() -> None:
    """Every finding of the baseline was reviewed and is no secret."""
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert [entry for entries in baseline.values() for entry in entries if entry.get("is_secret") is not False] == []
