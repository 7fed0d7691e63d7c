"""What breaks between two surfaces."""

from collections.abc import Iterator, Mapping

import griffe
from attrs import frozen


@frozen
class Change:
    """Something on which somebody else's program may rely, and which isn't so any more.

    Attributes:
        name: the public name that it is about.
        what: what became of it.
        words: the names of which the changelog has to have one.
    """

    name: str
    what: str
    words: frozenset[str]

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.name}: {self.what}"


def breaking_changes(old: Mapping[str, griffe.Object], new: Mapping[str, griffe.Object]) -> Iterator[Change]:
    """Yield what breaks, once for each thing that changed, under its shortest public name."""
    seen = set[str]()
    for name in sorted(old, key=lambda name: (name.count("."), name)):
        if name not in new:
            yield Change(name, "is gone", frozenset({_last(name)}))
            continue
        for change in (*_by_griffe(name, old[name], new[name]), *_to_implement(name, old[name], new[name])):
            if str(change).removeprefix(name) not in seen:
                seen.add(str(change).removeprefix(name))
                yield change


def _by_griffe(name: str, old: griffe.Object, new: griffe.Object) -> Iterator[Change]:
    for breakage in griffe.find_breaking_changes(_alone(old), _alone(new)):
        about = breakage.obj
        words = {about.name if about.name != "__init__" or about.parent is None else about.parent.name}
        parent = about.parent
        where = f"{parent.name}.{about.name}" if isinstance(parent, griffe.Class) else about.name
        told = " ".join(part for part in (breakage.kind.value, _value(breakage)) if part)
        yield Change(name, f"{where}: {told}", frozenset(words))


def _to_implement(name: str, old: griffe.Object, new: griffe.Object) -> Iterator[Change]:
    """Yield what a protocol asks for beyond what it asked before: whoever fills it has to have it."""
    if isinstance(old, griffe.Class) and isinstance(new, griffe.Class) and _is_protocol(new):
        for member in sorted(new.all_members.keys() - old.all_members.keys()):
            if not member.startswith("_"):
                yield Change(name, f"{new.name}.{member}: has to be there where somebody fills it", frozenset({member}))


def _is_protocol(cls: griffe.Class) -> bool:
    return any(isinstance(base, griffe.Expr) and base.canonical_path == "typing.Protocol" for base in cls.bases)


def _alone(found: griffe.Object) -> griffe.Module:
    """Return a module of which this is all."""
    module = griffe.Module("surface")
    module.members["it"] = found
    return module


def _value(breakage: griffe.Breakage) -> str:
    old, new = breakage.old_value, breakage.new_value
    if isinstance(old, griffe.Parameter) or isinstance(new, griffe.Parameter):
        parameter = new if old is None else old
        return f"`{parameter.name}` {breakage.details}".strip()
    return breakage.details


def _last(name: str) -> str:
    return name.rpartition(".")[2]
