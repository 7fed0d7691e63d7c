"""Checks the licences of installed packages: `python -m tools.supply_chain.licences [PYTHON]`, an interpreter with all
of them.

Permissive licences and the MPL are accepted everywhere. The LGPL is accepted only in the PostgreSQL driver and the
package that reads HEIC pictures, which are optional; the GPL and the AGPL nowhere.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tools.supply_chain.lock import read_pyproject

LESSER_EXTRAS = ("postgres", "heic")
"""The extras that may install packages under the LGPL."""
REVIEWED: Mapping[str, str] = {
    # MIT is the licence by the package's own file, and MPL-2.0 that of the included axe-core; the package is only for
    # tests.
    "axe-playwright-python": "MIT and MPL-2.0",
    # This is the licence in the package's metadata; the included SQLite is in the public domain.
    "pysqlite3-binary": "zlib/libpng",
}
"""Package -> its licence as a person has looked it up, because its metadata are unclear."""
_PERMISSIVE = (
    *("mit", "bsd", "apache", "isc", "0bsd", "unlicense", "zlib", "psf", "python software foundation", "python-2.0"),
    *("cnri", "mpl", "mozilla public", "public domain", "hpnd", "postgresql", "mulanpsl", "cc0"),
)
_TELL = """
import json, importlib.metadata as m
print(json.dumps([
    {"name": d.metadata["Name"], "requires": d.requires or [],
     "licence": d.metadata.get("License-Expression") or "",
     "text": (d.metadata.get("License") or "").strip().partition("\\n")[0][:100],
     "classifiers": [
         c.rpartition(" :: ")[2] for c in d.metadata.get_all("Classifier") or [] if c.startswith("License ::")
     ]}
    for d in m.distributions()
]))
"""


@dataclass(frozen=True)
class InstalledPackage:
    """An installed package.

    Attributes:
        licence: an SPDX expression, or another text from its metadata.
        requires: requirements, also those of extras.
    """

    name: str
    licence: str
    requires: tuple[str, ...]


def list_installed(python: str) -> dict[str, InstalledPackage]:
    """Return name -> package, for all packages installed for an interpreter."""
    output = subprocess.run([python, "-c", _TELL], check=True, capture_output=True, text=True).stdout
    by_name: dict[str, InstalledPackage] = {}
    for distribution in json.loads(output):
        name = str(canonicalize_name(distribution["name"]))
        licence = distribution["licence"] or "; ".join(distribution["classifiers"]) or distribution["text"]
        by_name[name] = InstalledPackage(name, REVIEWED.get(name, licence), tuple(distribution["requires"]))
    return by_name


def get_licence_kind(licence: str) -> str:
    """Return the kind of a licence: `permissive`, `lgpl`, `gpl` or `unknown`; if there are alternatives, the most
    permissive kind.
    """
    words = licence.lower()
    choices = [part.strip() for part in words.replace("(", "").replace(")", "").split(" or ")]
    if len(choices) > 1:
        kinds = [get_licence_kind(part) for part in choices]
        return next(kind for kind in ("permissive", "lgpl", "gpl", "unknown") if kind in kinds)
    if "lgpl" in words or "lesser general public" in words:
        return "lgpl"
    if "gpl" in words or "general public" in words:
        return "gpl"
    return "permissive" if any(word in words for word in _PERMISSIVE) else "unknown"


def find_required_names(distributions: Mapping[str, InstalledPackage], roots: Iterable[str]) -> set[str]:
    """Return the names of the installed packages that the requirements `roots` need, directly or indirectly."""
    seen = set[tuple[str, frozenset[str]]]()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = str(canonicalize_name(requirement.name))
        extras = frozenset(requirement.extras)
        if name in distributions and (name, extras) not in seen:
            seen.add((name, extras))
            waiting += [
                dependency
                for dependency in map(Requirement, distributions[name].requires)
                if _is_required(dependency, extras)
            ]
    return {name for name, _ in seen}


def _is_required(requirement: Requirement, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def find_problems(distributions: Mapping[str, InstalledPackage], project: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for each package whose licence isn't accepted for it."""
    extras = project["optional-dependencies"]
    core = project["dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(core, list)
    ours = str(project["name"])
    without_lesser = [
        *core,
        *(
            requirement
            for name, requirements in extras.items()
            if name not in LESSER_EXTRAS
            for requirement in requirements
            if Requirement(requirement).name != ours
        ),
    ]
    everywhere = find_required_names(distributions, without_lesser)
    optional = find_required_names(
        distributions, [requirement for name in LESSER_EXTRAS for requirement in extras.get(name, ())]
    )
    for name, distribution in sorted(distributions.items()):
        kind = get_licence_kind(distribution.licence)
        if name in {ours, "pip", "setuptools"} or kind == "permissive":
            continue
        if kind == "lgpl" and name in optional - everywhere:
            continue
        licence = distribution.licence or "no licence"
        yield f"{name}: {licence} ({kind}); take another package, or look it up and add it to REVIEWED"


def main(arguments: Sequence[str]) -> int:
    """Print all licences and the problems, and return 1 if there is any problem."""
    distributions = list_installed(arguments[0] if arguments else sys.executable)
    project = read_pyproject()["project"]
    assert isinstance(project, dict)
    wrong = list(find_problems(distributions, project))
    for distribution in sorted(distributions.values(), key=lambda distribution: distribution.name):
        print(f"{get_licence_kind(distribution.licence):<11} {distribution.name:<24} {distribution.licence}")
    for sentence in wrong:
        print(f"PROBLEM {sentence}")
    lesser = sorted(
        distribution.name for distribution in distributions.values() if get_licence_kind(distribution.licence) == "lgpl"
    )
    print(f"{len(distributions)} distributions, {len(wrong)} problems; LGPL: {', '.join(lesser) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
