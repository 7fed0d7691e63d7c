"""Lookup of objects by path within the tree, with aliases resolved."""

import griffe


def object_at(path: str, modules: griffe.ModulesCollection) -> griffe.Object | None:
    """Return the object at a path, or None if the tree doesn't have it."""
    try:
        return final(modules[path]) if path else None
    except (KeyError, griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def class_at(path: str, modules: griffe.ModulesCollection) -> griffe.Class | None:
    """Return the class at a path, or None."""
    resolved = object_at(path, modules)
    return resolved if isinstance(resolved, griffe.Class) else None


def function_at(path: str, modules: griffe.ModulesCollection) -> griffe.Function | None:
    """Return the function at a path, or None."""
    resolved = object_at(path, modules)
    return resolved if isinstance(resolved, griffe.Function) else None


def final(member: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """Return the object that an alias finally refers to, or None if it is outside of the tree."""
    try:
        return member.final_target if isinstance(member, griffe.Alias) else member
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
