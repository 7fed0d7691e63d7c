"""The verbs of an app: methods of the domain's services, `assign = verb(_handling, TipHandling.assign)` in a noun.

Earlier revisions have `self.assign = tips.handling.assign`.
"""

import griffe
from tools.api_changes.paths import class_at, final


def bind_verbs(cls: griffe.Class, modules: griffe.ModulesCollection) -> None:
    """Put the methods in the place of the attributes that hold them, so that their arguments are compared too.

    What has verbs is made by the app alone: its own constructor is nobody's.
    """
    given = _given(cls)
    for name, member in list(cls.members.items()):
        function = _find_verb(member, given, modules) if isinstance(member, griffe.Attribute) else None
        if isinstance(function, griffe.Function):
            cls.members[name] = griffe.Alias(name, function, parent=cls)
            cls.members.pop("__init__", None)


def _find_verb(
    member: griffe.Attribute, given: dict[str, str], modules: griffe.ModulesCollection
) -> griffe.Object | None:
    """Return the method that an attribute holds, None if it holds none."""
    match member.value:
        case griffe.ExprAttribute() as bound:
            return _follow(str(bound).split("."), given, modules)
        case griffe.ExprCall(arguments=[_, griffe.ExprAttribute() as method]):
            path, _, name = method.canonical_path.rpartition(".")
            owner = class_at(path, modules)
            found = owner.all_members.get(name) if owner else None
            return final(found) if found is not None else None
    return None


def _given(cls: griffe.Class) -> dict[str, str]:
    """Return argument -> path of its class, for all that methods of a class are given."""
    functions = [one for one in cls.members.values() if isinstance(one, griffe.Function)]
    return {
        one.name: one.annotation.canonical_path
        for function in functions
        for one in function.parameters
        if isinstance(one.annotation, griffe.Expr)
    }


def _follow(names: list[str], given: dict[str, str], modules: griffe.ModulesCollection) -> griffe.Object | None:
    """Return the member at the end of `argument.part.member`."""
    first, *parts, last = names
    owner = class_at(given.get(first, ""), modules)
    for part in parts:
        held = owner.all_members.get(part) if owner else None
        owner = class_at(_class_of(held), modules)
    found = owner.all_members.get(last) if owner else None
    return final(found) if found is not None else None


def _class_of(held: griffe.Object | griffe.Alias | None) -> str:
    """Return the path of the class of what an attribute holds, as it is annotated or made there."""
    resolved = final(held) if held is not None else None
    if not isinstance(resolved, griffe.Attribute):
        return ""
    if isinstance(resolved.annotation, griffe.Expr):
        return resolved.annotation.canonical_path
    value = resolved.value
    function = value.function if isinstance(value, griffe.ExprCall) else None
    return function.canonical_path if isinstance(function, griffe.Expr) else ""
