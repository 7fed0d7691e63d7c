"""Licences of what is installed: `python -m tools.supply_chain.licences [PYTHON]`, an interpreter with it all.

Permissive licences and the MPL are taken everywhere. The LGPL is taken only in the PostgreSQL driver and in what reads
HEIC pictures, which nobody has to install; the GPL and the AGPL nowhere.
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
"""The extras that may bring the LGPL."""
REVIEWED: Mapping[str, str] = {
    "axe-playwright-python": "MIT and MPL-2.0",  # the one by its own file, the other of axe-core inside; for tests
    "pysqlite3-binary": "zlib/libpng",  # its metadata say so; SQLite inside it is in the public domain
}
"""Licences of packages whose metadata don't say it in words that are known here, looked up by a person."""
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
class Installed:
    """A distribution.

    Attributes:
        licence: an SPDX expression, or whatever its metadata say instead.
        requires: requirements, those of extras too.
    """

    name: str
    licence: str
    requires: tuple[str, ...]


def installed(python: str) -> dict[str, Installed]:
    """Return the distributions that an interpreter sees, by name."""
    told = subprocess.run([python, "-c", _TELL], check=True, capture_output=True, text=True).stdout
    found: dict[str, Installed] = {}
    for one in json.loads(told):
        name = str(canonicalize_name(one["name"]))
        licence = one["licence"] or "; ".join(one["classifiers"]) or one["text"]
        found[name] = Installed(name, REVIEWED.get(name, licence), tuple(one["requires"]))
    return found


def kind_of(licence: str) -> str:
    """Return `permissive`, `lgpl`, `gpl` or `unknown`; of several that one may choose from, the best."""
    words = licence.lower()
    choices = [part.strip() for part in words.replace("(", "").replace(")", "").split(" or ")]
    if len(choices) > 1:
        kinds = [kind_of(part) for part in choices]
        return next(kind for kind in ("permissive", "lgpl", "gpl", "unknown") if kind in kinds)
    if "lgpl" in words or "lesser general public" in words:
        return "lgpl"
    if "gpl" in words or "general public" in words:
        return "gpl"
    return "permissive" if any(word in words for word in _PERMISSIVE) else "unknown"


def closure(found: Mapping[str, Installed], roots: Iterable[str]) -> set[str]:
    """Return the names of what some requirements bring along, as far as it is installed."""
    seen = set[tuple[str, frozenset[str]]]()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = str(canonicalize_name(requirement.name))
        extras = frozenset(requirement.extras)
        if name in found and (name, extras) not in seen:
            seen.add((name, extras))
            waiting += [one for one in map(Requirement, found[name].requires) if _is_asked_for(one, extras)]
    return {name for name, _ in seen}


def _is_asked_for(requirement: Requirement, extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def problems(found: Mapping[str, Installed], project: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for each distribution whose licence isn't taken where it is."""
    extras = project["optional-dependencies"]
    core = project["dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(core, list)
    ours = str(project["name"])
    without_lesser = [
        *core,
        *(
            one
            for name, requirements in extras.items()
            if name not in LESSER_EXTRAS
            for one in requirements
            if Requirement(one).name != ours
        ),
    ]
    everywhere = closure(found, without_lesser)
    optional = closure(found, [one for name in LESSER_EXTRAS for one in extras.get(name, ())])
    for name, one in sorted(found.items()):
        kind = kind_of(one.licence)
        if name in {ours, "pip", "setuptools"} or kind == "permissive":
            continue
        if kind == "lgpl" and name in optional - everywhere:
            continue
        licence = one.licence or "no licence"
        yield f"{name}: {licence} ({kind}); take another package, or look it up and add it to REVIEWED"


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong, and all licences."""
    found = installed(arguments[0] if arguments else sys.executable)
    project = read_pyproject()["project"]
    assert isinstance(project, dict)
    wrong = list(problems(found, project))
    for one in sorted(found.values(), key=lambda one: one.name):
        print(f"{kind_of(one.licence):<11} {one.name:<24} {one.licence}")
    for sentence in wrong:
        print(f"PROBLEM {sentence}")
    lesser = sorted(one.name for one in found.values() if kind_of(one.licence) == "lgpl")
    print(f"{len(found)} distributions, {len(wrong)} problems; LGPL: {', '.join(lesser) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
