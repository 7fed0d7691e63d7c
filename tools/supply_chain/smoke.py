"""Uses the installed library: `python smoke.py EXTRA…` opens an office, records a tip, and makes a report in each
format.

It imports no other file, so that it runs with the installed wheel alone.
"""

import sys
from collections.abc import Collection
from datetime import date
from importlib import import_module
from pkgutil import walk_packages

from anninh_core import load_profile, open_app, to_json
from anninh_core.kernel.errors import MissingExtra
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers

FORMATS = {"csv": "", "docx": "reports", "html": "", "json": "", "markdown": "", "pdf": "reports", "xlsx": "reports"}
"""Format of a report -> the extra that it requires, "" for none."""
MODULES = {
    "accounts": ("argon2", "pyotp", "segno"),
    "board": ("anninh_core.board.build",),
    "calendar": ("holidays",),
    "cli": ("anninh_core.cli.root",),
    "files": ("PIL.Image", "lxml.etree", "pypdf"),
    "heic": ("pi_heif",),
    "metrics": ("anninh_core.web.metrics.figures",),
    "oidc": ("httpx", "joserfc.jwt"),
    "passkeys": ("webauthn",),
    "postgres": ("anninh_storage.postgres.connection",),
    "sandbox": ("anninh_zalo.testing.carriers.proxy",),
    "video": ("pymediainfo",),
    "web": ("anninh_core.web.asgi", "anninh_core.web.server"),
    "zalo": ("anninh_zalo.plugin",),
}
"""Extra -> modules that need it and can be imported without other extras."""
APART = ("anninh_core.testing.", "anninh_zalo.testing.", "anninh_storage.migrations.")
"""Beginnings of modules that can't be imported with the extras alone: kits need pytest, and migrations need alembic's
context.
"""


def main(extras: Collection[str]) -> None:
    """Use the library, and import the modules that belong to the extras; with `all`, import every module."""
    use_library(FORMATS if "all" in extras else [name for name, extra in FORMATS.items() if extra in {"", *extras}])
    for extra in extras:
        for name in MODULES.get(extra, ()):
            import_module(name)
    if "all" in extras:
        for package in ("anninh_core", "anninh_storage", "anninh_zalo"):
            for module in walk_packages(import_module(package).__path__, f"{package}."):
                if not module.name.startswith(APART) and not module.name.endswith("__main__"):
                    import_module(module.name)


def use_library(formats: Collection[str]) -> None:
    """Record a tip, list it, and check that a report can be made in exactly these formats."""
    today = date.today()  # noqa: DTZ011  any day will do
    with open_app(load_profile("hoa_lu_2021")) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer", "report_officer")
        tip = app.tips.record_walk_in(officer, "Mất trộm xe đạp ở chợ", unit="ninh-hoa")
        assert tip.receipt.encode() in to_json(OperationGateway(app).call(officer, "tips.list", {}))
        for name in FORMATS:
            try:
                file = app.tips.papers.register(officer, "ninh-hoa", start=date(2021, 1, 1), end=today, format=name)
            except MissingExtra:
                assert name not in formats, f"the format {name} doesn't work"
            else:
                assert name in formats
                assert file.data


if __name__ == "__main__":
    main(sys.argv[1:])
