import json
from collections.abc import Callable

import pytest

Run = Callable[[str], str]

# Importing a package must not cost what only one of its modules needs.
HEAVY = {
    *("alembic", "click", "docx", "httpx", "psycopg", "pydantic", "rich"),
    *("segno", "sqlalchemy", "starlette", "typst", "uvicorn", "xlsxwriter"),
}
INSIDE = ("kernel", "vocabulary", "ports", "plugins", "work", "rooms")
# Alembic runs this file inside a context of its own.
RUN_BY_OTHERS = {"anninh_storage.migrations.env"}
# Lower storeys stay loaded: a circle across storeys is what the layer contract finds.
ALONE = """
import sys
from importlib import import_module
for name in {names!r}:
    storey = ".".join(name.split(".")[:2])
    for module in [module for module in sys.modules if f"{{module}}.".startswith(f"{{storey}}.")]:
        del sys.modules[module]
    try:
        import_module(name)
    except Exception as error:
        print(name, repr(error))
"""
LOADED = """
import json, sys
from importlib import import_module
for name in {names!r}:
    import_module(name)
print(json.dumps(sorted(set(sys.modules) & set({heavy!r}))))
"""


def heavy(run: Run, names: list[str]) -> list[str]:
    return list(json.loads(run(LOADED.format(names=names, heavy=sorted(HEAVY)))))


@pytest.mark.slow
def test_packages_are_light(run: Run, packages: list[str]) -> None:
    """Importing a package, on the way to an entry point for instance, pulls in nothing heavy."""
    assert {name: loaded for name in packages if (loaded := heavy(run, [name]))} == {}


def test_the_inside_is_light(run: Run, modules: list[str]) -> None:
    """All of kernel, vocabulary, ports, plugins, work and rooms together load nothing heavy."""
    inside = [name for name in modules if name.startswith(tuple(f"anninh_core.{storey}" for storey in INSIDE))]

    assert heavy(run, inside) == []


@pytest.mark.slow
def test_every_module_can_be_imported_first(run: Run, modules: list[str]) -> None:
    """No module relies on another one having been imported before it."""
    broken = run(ALONE.format(names=[name for name in modules if name not in RUN_BY_OTHERS]))

    assert not broken, broken
