"""What the programs of the supply chain find is read rightly: nothing that wasn't looked at passes for sound."""

import json
from collections.abc import Mapping

import pytest
from tools.supply_chain.licences import Installed, kind_of, problems
from tools.supply_chain.secret_scan import BASELINE, Found, merged, unreviewed
from tools.supply_chain.vulnerabilities import accepted, read


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
    """Of several licences to choose from the best counts; of several at once the strictest."""
    assert kind_of(licence) == kind


PROJECT: Mapping[str, object] = {
    "name": "anninh",
    "dependencies": ["attrs"],
    "optional-dependencies": {"postgres": ["psycopg[binary]"], "web": ["uvicorn"], "all": ["anninh[postgres,web]"]},
}


def found_problems(*more: Installed) -> list[str]:
    found = [
        Installed("attrs", "MIT", ()),
        Installed("psycopg", "LGPL-3.0-only", ('psycopg-binary; extra == "binary"', "typing-extensions")),
        Installed("psycopg-binary", "LGPL-3.0-only", ()),
        Installed("typing-extensions", "PSF-2.0", ()),
        *more,
    ]
    return [line.partition(":")[0] for line in problems({one.name: one for one in found}, PROJECT)]


def test_lgpl_in_the_driver_only() -> None:
    """The driver may be under the LGPL; what the core or another extra brings may not, nor what nobody asked for."""
    assert found_problems() == []
    assert found_problems(Installed("uvicorn", "MIT", ("h11",)), Installed("h11", "LGPL-2.1-only", ())) == ["h11"]
    assert found_problems(Installed("uvicorn", "MIT", ("psycopg",))) == ["psycopg"]
    assert found_problems(Installed("stray", "LGPL-2.1-only", ())) == ["stray"]


def test_no_gpl_anywhere() -> None:
    """Not even below the driver."""
    below = Installed("psycopg-binary", "GPL-3.0-only", ())
    assert found_problems(below) == ["psycopg-binary"]
    assert found_problems(Installed("odd", "", ())) == ["odd"]


def report(*dependencies: dict[str, object]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_skipped_is_not_audited() -> None:
    """A database that knows a package not, or none, has audited none; an answer that is none is told too."""
    nothing = read(report({"name": "idna", "skip_reason": "Dependency not found"}))
    assert (nothing.audited, nothing.skipped, nothing.known) == (0, ("idna",), ())
    for answer in ("", "Traceback", "[]", "{}"):
        assert (read(answer).audited, read(answer).why) == (0, "no answer")


def test_vulnerabilities_are_told() -> None:
    """With the package, its version, the id, and what mends it."""
    told = read(
        report(
            {"name": "idna", "version": "3.6", "vulns": [{"id": "PYSEC-2024-60", "fix_versions": ["3.7"]}]},
            {"name": "attrs", "version": "26.1.0", "vulns": []},
        )
    )
    assert told.audited == 2
    assert told.known == ("idna 3.6: PYSEC-2024-60, mended in 3.7",)
    assert all(" " not in id for id in accepted())


def finding(hashed: str, **more: object) -> dict[str, object]:
    return {"type": "Secret Keyword", "hashed_secret": hashed, "line_number": 3, **more}


def test_unreviewed_findings_are_reported() -> None:
    """New ones, those in another file, and those that nobody has looked at are told; a moved line is no new one."""
    found: Found = {"a.py": [finding("11"), finding("22")], "b.py": [finding("11")]}
    baseline: Found = {"a.py": [finding("11", is_secret=False) | {"line_number": 99}, finding("22")]}
    assert list(unreviewed(found, baseline)) == ["a.py:3: Secret Keyword", "b.py:3: Secret Keyword"]
    assert list(unreviewed(found, {"a.py": [finding("22", is_secret=True)]}))[1] == "a.py:3: Secret Keyword"
    assert merged(found, baseline)["a.py"] == [finding("11", is_secret=False), finding("22")]


def test_everything_in_the_baseline_was_reviewed() -> None:
    """Somebody looked at each, and none of them is a secret."""
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    assert [one for ones in baseline.values() for one in ones if one.get("is_secret") is not False] == []
