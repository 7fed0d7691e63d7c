"""Finds objects by their path in the tree, with aliases resolved."""

import griffe


def find_object(path: str, modules: griffe.ModulesCollection) -> griffe.Object | None:
    """Return the object at a path, or None if the tree doesn't have it."""
    try:
        return resolve_alias(modules[path]) if path else None
    except (KeyError, griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def find_class(path: str, modules: griffe.ModulesCollection) -> griffe.Class | None:
    """Return the class at a path, or None if there is no class at it."""
    resolved = find_object(path, modules)
    return resolved if isinstance(resolved, griffe.Class) else None


def find_function(path: str, modules: griffe.ModulesCollection) -> griffe.Function | None:
    """Return the function at a path, or None if there is no function at it."""
    resolved = find_object(path, modules)
    return resolved if isinstance(resolved, griffe.Function) else None


def resolve_alias(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """Return the object to which an alias finally refers, or None if the object is outside of the tree."""
    try:
        return member.final_target if isinstance(member, griffe.Alias) else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
