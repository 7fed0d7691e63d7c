"""What stands at a path within the tree, its aliases followed to their end."""

import griffe


def object_at(path: str, modules: griffe.ModulesCollection) -> griffe.Object | None:
    """Return it, None if it isn't in the tree."""
    try:
        return final(modules[path]) if path else None
    except (KeyError, griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def class_at(path: str, modules: griffe.ModulesCollection) -> griffe.Class | None:
    """Return the class at a path."""
    found = object_at(path, modules)
    return found if isinstance(found, griffe.Class) else None


def function_at(path: str, modules: griffe.ModulesCollection) -> griffe.Function | None:
    """Return the function at a path."""
    found = object_at(path, modules)
    return found if isinstance(found, griffe.Function) else None


def final(found: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """Return what a name stands for in the end, None if that is outside of the tree."""
    try:
        return found.final_target if isinstance(found, griffe.Alias) else found
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
