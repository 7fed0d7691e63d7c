import json
from collections.abc import Callable

import pytest

Run = Callable[[str], str]

# Importing a package must not load the dependencies of only one of its modules.
HEAVY = {
    *("alembic", "click", "docx", "httpx", "psycopg", "pydantic", "rich"),
    *("segno", "sqlalchemy", "starlette", "typst", "uvicorn", "xlsxwriter"),
}
INSIDE = ("kernel", "vocabulary", "ports", "plugins", "work", "rooms")
# Alembic runs this file in a context of its own, so that it can't be imported.
RUN_BY_OTHERS = {"anninh_storage.migrations.env"}
# Modules of lower layers stay loaded, because the layer contract finds a cycle across layers.
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


def find_heavy_modules(run: Run, names: list[str]) -> list[str]:
    return list(json.loads(run(LOADED.format(names=names, heavy=sorted(HEAVY)))))


@pytest.mark.slow
def test_packages_are_light(run: Run, packages: list[str]) -> None:
    """Importing a package loads no heavy dependency."""
    assert {name: heavy_modules for name in packages if (heavy_modules := find_heavy_modules(run, [name]))} == {}


def test_inner_layers_are_light(run: Run, modules: list[str]) -> None:
    """Kernel, vocabulary, ports, plugins, work and rooms together load no heavy dependency."""
    inside = [name for name in modules if name.startswith(tuple(f"anninh_core.{storey}" for storey in INSIDE))]

    assert find_heavy_modules(run, inside) == []


@pytest.mark.slow
def test_every_module_can_be_imported_first(run: Run, modules: list[str]) -> None:
    """Every module can be imported first, without another one imported before it."""
    broken = run(ALONE.format(names=[name for name in modules if name not in RUN_BY_OTHERS]))

    assert not broken, broken
