"""A starter project for a plugin; as written, it passes mypy, pyright, ruff and its own tests."""

import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from keyword import iskeyword
from pathlib import Path

from anninh_core.kernel.errors import BadInput
from anninh_core.plugins.manager import DEFAULT_PLUGINS

KINDS: Mapping[str, str] = {
    "collector": "collector of sources",
    "formatter": "format of reports",
    "messenger": "messenger",
    "opinion": "plugin with an opinion",
    "poller": "messenger that polls",
    "storage": "storage",
}
"""Kind of plugin -> name of the kind in a sentence."""

_NEEDS = {"storage": ', "attrs", "msgspec"'}
"""Kind of plugin -> further dependencies, in the form in which they follow the library in pyproject.toml."""
_USE = {
    "storage": ', and its file: `storage = "@name@:///FILE"`; or begin an office with\n'
    "`anninh init DIR --plugin @name@ --storage @name@:///FILE`.\n\n"
    "As it is written all must find room in memory, and the list of calls never gets shorter: it is right for a\n"
    "trial, and for an office only with an engine of yours"
}
"""Kind of plugin -> further settings and advice for users, as they end a sentence of the README."""

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_TAKEN = {*DEFAULT_PLUGINS, *("mock", "zalo", "core", "storage", "board", "sqlite", "postgresql", "memory")}
_SUFFIX = ".tmpl"


def write_project(kind: str, name: str, folder: Path) -> tuple[Path, ...]:
    """Write a starter project for a plugin into a new or empty folder, and return its files.

    Args:
        kind: one of `KINDS`.
        name: name of the plugin for the settings.
        folder: folder of the project; made if it is missing.

    Raises:
        BadInput: there is no template for `kind`, the name isn't allowed, or the folder isn't empty.
    """
    _check_request(kind, name, folder)
    facts = _build_facts(kind, name)
    templates = files(__package__) / "templates"
    parts = [template for part in ("common", kind) for template in (templates / part).iterdir()]
    return tuple(sorted(_write_file(template, folder, facts) for template in parts))


def _check_request(kind: str, name: str, folder: Path) -> None:
    if kind not in KINDS:
        raise BadInput("Kind {kind!r} has no template: choose one of {allowed}.", kind=kind, allowed=tuple(KINDS))
    if not _NAME.fullmatch(name) or iskeyword(name) or name in _TAKEN:
        raise BadInput(
            "{name!r} isn't a valid plugin name: use 2 to 31 lower-case letters, digits and underscores, "
            "starting with a letter, and no Python keyword or name of the library itself.",
            name=name,
        )
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("{folder} isn't empty, and nothing was written: name another folder.", folder=folder)


def _build_facts(kind: str, name: str) -> Mapping[str, str]:
    words = [word for word in name.split("_") if word]
    return {
        "needs": _NEEDS.get(kind, ""),
        "use": _USE.get(kind, ""),
        "name": name,
        "kind": kind,
        "what": KINDS[kind],
        "module": f"anninh_{name}",
        "distribution": f"anninh-{name.replace('_', '-').strip('-')}",
        "class": "".join(word.capitalize() for word in words),
    }


def _write_file(template: Traversable, folder: Path, facts: Mapping[str, str]) -> Path:
    """Fill in a template file and write the result; the file name may also have placeholders."""
    path = folder / _fill_placeholders(template.name.removesuffix(_SUFFIX), facts)
    text = _fill_placeholders(template.read_text(encoding="utf-8"), facts)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _fill_placeholders(text: str, facts: Mapping[str, str]) -> str:
    for fact, value in facts.items():
        text = text.replace(f"@{fact}@", value)
    return text
