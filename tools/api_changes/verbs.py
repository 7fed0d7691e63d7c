"""Finds the verbs of an app: methods of the domain's services, bound in a noun by `assign = verb(_handling,
TipHandling.assign)`.

Earlier revisions have `self.assign = tips.handling.assign`.
"""

import griffe
from tools.api_changes.paths import find_class, resolve_alias


def bind_verbs(cls: griffe.Class, modules: griffe.ModulesCollection) -> None:
    """Replace the attributes that hold verbs by the methods themselves, so that the arguments are compared too.

    Remove the constructor of a class with verbs, because only the app calls it.
    """
    class_paths = _map_argument_classes(cls)
    for name, member in list(cls.members.items()):
        function = _find_verb(member, class_paths, modules) if isinstance(member, griffe.Attribute) else None
        if isinstance(function, griffe.Function):
            cls.members[name] = griffe.Alias(name, function, parent=cls)
            cls.members.pop("__init__", None)


def _find_verb(
    member: griffe.Attribute, class_paths: dict[str, str], modules: griffe.ModulesCollection
) -> griffe.Object | None:
    """Return the method that is the value of an attribute, or None."""
    match member.value:
        case griffe.ExprAttribute() as bound:
            return _find_member(str(bound).split("."), class_paths, modules)
        case griffe.ExprCall(arguments=[_, griffe.ExprAttribute() as method]):
            path, _, name = method.canonical_path.rpartition(".")
            owner = find_class(path, modules)
            method_member = owner.all_members.get(name) if owner else None
            return resolve_alias(method_member) if method_member is not None else None
    return None


def _map_argument_classes(cls: griffe.Class) -> dict[str, str]:
    """Return argument -> path of its class, for the arguments of all methods of a class."""
    functions = [member for member in cls.members.values() if isinstance(member, griffe.Function)]
    return {
        parameter.name: parameter.annotation.canonical_path
        for function in functions
        for parameter in function.parameters
        if isinstance(parameter.annotation, griffe.Expr)
    }


def _find_member(
    names: list[str], class_paths: dict[str, str], modules: griffe.ModulesCollection
) -> griffe.Object | None:
    """Return the member at the end of `argument.part.member`, or None."""
    first, *parts, last = names
    owner = find_class(class_paths.get(first, ""), modules)
    for part in parts:
        attribute = owner.all_members.get(part) if owner else None
        owner = find_class(_get_class_path(attribute), modules)
    member = owner.all_members.get(last) if owner else None
    return resolve_alias(member) if member is not None else None


def _get_class_path(member: griffe.Object | griffe.Alias | None) -> str:
    """Return the path of the class of an attribute's value, found by its annotation or its constructor; "" if it is
    unknown.
    """
    resolved = resolve_alias(member) if member is not None else None
    if not isinstance(resolved, griffe.Attribute):
        return ""
    if isinstance(resolved.annotation, griffe.Expr):
        return resolved.annotation.canonical_path
    value = resolved.value
    function = value.function if isinstance(value, griffe.ExprCall) else None
    return function.canonical_path if isinstance(function, griffe.Expr) else ""
