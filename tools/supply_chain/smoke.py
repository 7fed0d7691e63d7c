"""Use what is installed: `python smoke.py EXTRA…` opens an office, takes in a tip, and makes a report in each format.

Stands alone: it runs where the wheel is installed, and nothing else.
"""

import sys
from collections.abc import Collection
from datetime import date
from importlib import import_module
from pkgutil import walk_packages

from anninh_core import load_profile, open_app, to_json
from anninh_core.kernel.errors import MissingExtra
from anninh_core.operations import Door
from anninh_core.testing import UnsafeLocalUsers

FORMATS = {"csv": "", "docx": "reports", "html": "", "json": "", "markdown": "", "pdf": "reports", "xlsx": "reports"}
"""Format -> the extra that it needs."""
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
"""Extra -> modules that need it and load without others."""
APART = ("anninh_core.testing.", "anninh_zalo.testing.", "anninh_storage.migrations.")
"""What loads with more than the extras: kits need pytest, and migrations alembic's context."""


def main(extras: Collection[str]) -> None:
    """Work a little, and load what the extras are for; with `all` every module there is."""
    use(FORMATS if "all" in extras else [name for name, extra in FORMATS.items() if extra in {"", *extras}])
    for extra in extras:
        for module in MODULES.get(extra, ()):
            import_module(module)
    if "all" in extras:
        for package in ("anninh_core", "anninh_storage", "anninh_zalo"):
            for found in walk_packages(import_module(package).__path__, f"{package}."):
                if not found.name.startswith(APART) and not found.name.endswith("__main__"):
                    import_module(found.name)


def use(formats: Collection[str]) -> None:
    """Take in a tip, show it, and make a report: in these formats, and in no other."""
    today = date.today()  # noqa: DTZ011  any day will do
    with open_app(load_profile("hoa_lu_2021")) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer", "report_officer")
        tip = app.tips.record_walk_in(officer, "Mất trộm xe đạp ở chợ", unit="ninh-hoa")
        assert tip.receipt.encode() in to_json(Door(app).call(officer, "tips.list", {}))
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
