"""Two authorities, each with its own database. Each event goes to its authority, and the figures are added up.

Run it with a folder, and optionally with the URLs of other databases than files in it: `python examples/province.py out
postgresql://one/anninh postgresql://two/anninh`.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

from anninh_core import App, MessengerSettings, Parts, Settings, load_profile, open_app
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, pump

NAMES = ("hoa_lu", "gia_vien")
SAID = {
    "hoa_lu": ("Đêm qua nhà tôi bị mất trộm xe máy", "Cháy nhà ở xóm 3, đến ngay"),
    "gia_vien": ("Có người đánh bạc ở cuối làng",),
}


def open_authority(name: str, folder: Path, url: str, clock: FixedClock) -> App:
    """Open an authority with its own profile, database, keys and accounts."""
    folder.mkdir(parents=True, exist_ok=True)
    mock = MessengerSettings(type="mock", options={"path": "chat.jsonl"})
    plugins = ("embedded", "formatters", "opinions", "mock")
    settings = Settings(storage=url, plugins=plugins, messengers={name: mock}).resolve_paths(folder)
    return open_app(load_profile("hoa_lu_2021"), settings, Parts(clock=clock))


def add_up_tips(apps: Mapping[str, App], start: date, end: date) -> Counter[str]:
    """Add up the tips received by all authorities, by category: the only query over several databases, one read
    each.
    """
    sums: Counter[str] = Counter()
    for app in apps.values():
        units = {app.district.counting_unit(unit) for unit in app.district.subtree(app.district.root)}
        for (_, _, dims), amount in app.internals.context.storage.counters.total(
            ["tips_received"], units, start, end
        ).items():
            sums[dict(pair.split("=") for pair in dims.split(";"))["category"]] += amount
    return sums


def main(out: Path, *urls: str) -> Counter[str]:
    """Let residents of both authorities write, and print the province's figures."""
    clock = FixedClock(datetime(2021, 9, 1, 8, tzinfo=VIETNAM))
    with ExitStack() as stack:
        apps: dict[str, App] = {}
        for name, url in zip(NAMES, urls or ("sqlite:///anninh.db",) * 2, strict=True):
            apps[name] = stack.enter_context(open_authority(name, out / name, url, clock))
        for name, texts in SAID.items():
            chat = MockChat(clock, path=out / name / "chat.jsonl")
            for number, text in enumerate(texts):
                chat.says(chat.person(f"Người dân {number}"), text)
            # The messenger's name identifies the authority, so that it is the routing key.
            pump(apps[name], chat, name)
        figures = add_up_tips(apps, date(2021, 9, 1), date(2021, 9, 30))
    print(", ".join(f"{category}: {amount}" for category, amount in sorted(figures.items())))
    return figures


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
