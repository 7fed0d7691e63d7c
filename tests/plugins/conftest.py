"""Fixtures for a small profile, sample objects, and fake distributions with real entry points."""

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.worktime import WorkCalendar
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Address, InboundMessage, Place
from anninh_core.vocabulary.rules import Category, Charter, CharterRule, Gate
from anninh_core.vocabulary.units import Unit, UnitLevel
from anninh_core.vocabulary.views import ItemToReview, PostToModerate, TipToRoute

Install = Callable[..., None]
Hear = Callable[[str], InboundMessage]
GATES = ("official_source", "true", "no_state_secret", "permitted")
WORDING = {
    "check.secret_marking": "marking: {found}",
    "check.secret": "secret: {found}",
    "check.hearsay": "hearsay: {found}",
    "check.minor": "minor: {found}",
    "check.personal": "personal: {found}",
    "check.link": "link: {found}",
    "check.source": "source: {found}",
    "check.no_source": "no source",
    "check.no_decision": "no decision",
    "personal.cccd": "identity card",
    "personal.phone": "phone",
}
WORDS = {
    "tip": ("to giac",),
    "question": ("thu tuc", "o dau"),
    "chatter": ("cam on",),
    "command": ("tra cuu", "huy"),
    "unsuitable": ("khuyen mai",),
    "emergency": ("dang chay",),
    "secret": ("ke hoach tuan tra",),
    "secret_marking": ("MẬT", "TỐI MẬT", "TUYỆT MẬT"),
    "secret_innocent": ("BẢO MẬT",),
    "hearsay": ("nghe noi",),
    "minor": ("chau be",),
}
COMMUNE = Unit(id="ninh-hoa", name="Ninh Hòa", level="commune", kind="xa")
RULES = (
    CharterRule("advertising", "no advertising", ("khuyen mai",)),
    *(CharterRule(code, f"no {code}") for code in ("scam_link", "personal_data", "secrets")),
)
CHARTER = Charter(version="1", title="Charter", rules=RULES, reminder="be kind")
INCOMING = {
    "fire": Category(id="fire", name="Fire", words=("chay", "dang chay nha")),
    "crime": Category(id="crime", name="Crime", words=("trom xe",)),
}
OUTGOING = {
    "policy": Category(id="policy", name="Policy"),
    "wanted_notice": Category(id="wanted_notice", name="Wanted", needs_decision=True),
}


@pytest.fixture
def district() -> District:
    """A profile of one commune, with the words that the built-in opinions search for."""
    return District(
        id="small",
        name="Small",
        version="1",
        valid_from=date(2021, 8, 20),
        timezone=VIETNAM,
        root="ninh-hoa",
        standing_body="ninh-hoa",
        levels={"commune": UnitLevel("commune", "Commune", counts=True)},
        units={COMMUNE.id: COMMUNE},
        successions=(),
        roles={},
        incoming=INCOMING,
        outgoing=OUTGOING,
        gates=tuple(Gate(id, f"{id}?") for id in GATES),
        charter=CHARTER,
        calendar=WorkCalendar(always_on=True),
        deadlines=(),
        routing=(),
        milestones=(),
        obligations={},
        templates={},
        wording=WORDING,
        words=WORDS,
        teen_code={"ko": "khong", "camon": "cam on"},
        official_domains=("ninhbinh.gov.vn",),
    )


@pytest.fixture
def make_message() -> Hear:
    """Return a function that makes a message with a given text."""
    resident = Address("mock", Place.PERSON, "r-1")
    at = datetime(2021, 9, 2, 19, 42, tzinfo=VIETNAM)
    return lambda text: InboundMessage(id="m-1", conversation=resident, sender=resident, text=text, sent_at=at)


@pytest.fixture
def tip() -> TipToRoute:
    """A tip about a theft."""
    at = datetime(2021, 9, 2, 19, 42, tzinfo=VIETNAM)
    return TipToRoute(id="t-1", unit="ninh-hoa", category="crime", urgency="serious", text="mất xe", received_at=at)


@pytest.fixture
def post() -> PostToModerate:
    """A group post."""
    return PostToModerate(id="p-1", group="g-1", text="Chào cả nhà")


@pytest.fixture
def item() -> ItemToReview:
    """A draft in which no check finds anything."""
    return ItemToReview(
        id="i-1",
        title="Thông báo",
        body="Đề nghị bà con khóa cửa ban đêm.",
        category="policy",
        source_url="https://congan.ninhbinh.gov.vn/tin",
        source_name="Công an tỉnh",
    )


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return a function that installs a one-module distribution: `install("smoke", code)` adds the entry point
    `smoke`.
    """
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def install_distribution(
        name: str, code: str, *, distribution: str = "", module: str = "", version: str = "1.0"
    ) -> None:
        distribution, module = distribution or f"anninh-{name}", module or f"foreign_{name}"
        (tmp_path / f"{module}.py").write_text(dedent(code), encoding="utf-8")
        info = tmp_path / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[anninh]\n{name} = {module}\n")

    yield install_distribution
    for module in set(sys.modules) - before:
        if module.startswith("foreign_"):
            del sys.modules[module]
