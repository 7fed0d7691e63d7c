"""Finds the breaking changes between the public names of two revisions."""

from collections.abc import Iterator, Mapping

import griffe
from attrs import frozen


@frozen
class Change:
    """A change of a public name that can break other people's programs.

    Attributes:
        name: the changed public name.
        what: the kind of change.
        words: names; the changelog must have at least one of them.
    """

    name: str
    what: str
    words: frozenset[str]

    def __str__(self) -> str:
        """Return the change as one line of text."""
        return f"{self.name}: {self.what}"


def breaking_changes(old: Mapping[str, griffe.Object], new: Mapping[str, griffe.Object]) -> Iterator[Change]:
    """Yield each breaking change once, under its shortest public name."""
    seen = set[str]()
    for name in sorted(old, key=lambda name: (name.count("."), name)):
        if name not in new:
            yield Change(name, "is gone", frozenset({_get_last_part(name)}))
            continue
        for change in (
            *_find_by_griffe(name, old[name], new[name]),
            *_find_new_protocol_members(name, old[name], new[name]),
        ):
            if str(change).removeprefix(name) not in seen:
                seen.add(str(change).removeprefix(name))
                yield change


def _find_by_griffe(name: str, old: griffe.Object, new: griffe.Object) -> Iterator[Change]:
    for breakage in griffe.find_breaking_changes(_wrap_in_module(old), _wrap_in_module(new)):
        changed = breakage.obj
        words = {changed.name if changed.name != "__init__" or changed.parent is None else changed.parent.name}
        parent = changed.parent
        label = f"{parent.name}.{changed.name}" if isinstance(parent, griffe.Class) else changed.name
        description = " ".join(part for part in (breakage.kind.value, _describe_details(breakage)) if part)
        yield Change(name, f"{label}: {description}", frozenset(words))


def _find_new_protocol_members(name: str, old: griffe.Object, new: griffe.Object) -> Iterator[Change]:
    """Yield the members that a protocol newly requires, because implementations must add them."""
    if isinstance(old, griffe.Class) and isinstance(new, griffe.Class) and _is_protocol(new):
        for member in sorted(new.all_members.keys() - old.all_members.keys()):
            if not member.startswith("_"):
                yield Change(name, f"{new.name}.{member}: has to be there where somebody fills it", frozenset({member}))


def _is_protocol(cls: griffe.Class) -> bool:
    return any(isinstance(base, griffe.Expr) and base.canonical_path == "typing.Protocol" for base in cls.bases)


def _wrap_in_module(member: griffe.Object) -> griffe.Module:
    """Return a griffe module whose only member is the object `member`."""
    module = griffe.Module("surface")
    module.members["it"] = member
    return module


def _describe_details(breakage: griffe.Breakage) -> str:
    old, new = breakage.old_value, breakage.new_value
    if isinstance(old, griffe.Parameter) or isinstance(new, griffe.Parameter):
        parameter = new if old is None else old
        return f"`{parameter.name}` {breakage.details}".strip()
    return breakage.details


def _get_last_part(name: str) -> str:
    return name.rpartition(".")[2]
