"""`python -m tools.api_changes` finds breaking changes since a release, and whether the changelog announces them."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tools.api_changes.__main__ import main, newest_release

BEFORE: Mapping[str, str] = {
    "README.md": """
```python
from shop import Bill, Counter, Desk, Filled, Goods
from shop import sell  # by hand
```
""",
    "src/shop/__init__.py": "",
    "src/shop/__init__.pyi": """
from shop.sale import Bill as Bill
from shop.sale import Counter as Counter
from shop.sale import Desk as Desk
from shop.sale import Filled as Filled
from shop.sale import Goods as Goods
from shop.sale import sell as sell
""",
    "src/shop/sale.py": """
from typing import TYPE_CHECKING, ClassVar, Protocol
from attrs import field, frozen
from shop.made import part, verb, view
from shop.service import Returns
if TYPE_CHECKING:
    from shop.service import Service
def sell(thing: str, price: int = 1) -> None: ...
def inside(thing: str) -> None: ...
@frozen(kw_only=True)
class Goods:
    kind: ClassVar[str] = "any"
    name: str
    price: int = field(default=1)
@view
class Bill:
    total: int
class Filled(Protocol):
    def weigh(self) -> int: ...
class Desk:
    def __init__(self, service: "Service") -> None:
        self.give_back = service.returns.give_back
class Counter:
    exchange = verb(part(lambda service: service.returns), Returns.exchange)
""",
    "src/shop/made.py": """
from typing import dataclass_transform
@dataclass_transform(frozen_default=True, kw_only_default=True)
def view(cls): ...
def part(find): ...
def verb(part, method): ...
""",
    "src/shop/service.py": """
class Base:
    def give_back(self, thing: str) -> None: ...
class Returns(Base):
    def exchange(self, thing: str) -> None: ...
class Service:
    def __init__(self) -> None:
        self.returns = Returns()
""",
}


class Shop:
    """A repository of one package, and the tool's output about it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        for name, text in BEFORE.items():
            self.write(name, text)
        self.git("init", "--quiet")
        self.commit()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, before: str, after: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert before in text
        self.write(name, text.replace(before, after))

    def git(self, *arguments: str) -> None:
        alone = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        person = ("-c", "user.name=Thử", "-c", "user.email=thu@example.org")
        subprocess.run(["git", *person, *arguments], cwd=self.folder, env=alone, check=True, capture_output=True)

    def commit(self, *tags: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "x")
        for tag in tags:
            self.git("tag", tag)

    def asked(self, *arguments: str) -> tuple[int, list[str]]:
        """Return the tool's exit status and output lines."""
        status = main(arguments, self.folder)
        return status, self._capsys.readouterr().out.splitlines()


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    return Shop(tmp_path, capsys)


def test_without_a_release_nothing_breaks(shop: Shop) -> None:
    """Without a release tag the tool reports that and succeeds, and tags of other forms don't count as releases."""
    shop.commit("vanilla", "v1.0.0rc1")
    status, lines = shop.asked()
    assert status == 0
    assert "there is no tag of a release yet" in lines[0]


def test_the_newest_release_is_the_highest_version(shop: Shop) -> None:
    """The newest release is the highest version, neither the last tag nor the last in alphabetical order."""
    shop.commit("v1.10.0")
    shop.commit("v1.9.0")
    assert newest_release(shop.folder) == "v1.10.0"


def test_a_folder_without_a_repository_has_no_release(tmp_path: Path) -> None:
    """A folder without a repository, such as unpacked sources, has no release."""
    (tmp_path / ".git").mkdir()
    assert newest_release(tmp_path) is None


BREAKS: Mapping[str, tuple[Callable[[Shop], None], str]] = {
    "a name": (
        lambda shop: shop.replace("src/shop/__init__.pyi", "from shop.sale import sell as sell\n", ""),
        "shop.sell: is gone",
    ),
    "an argument": (
        lambda shop: shop.replace("src/shop/sale.py", "thing: str, price: int = 1", "thing: str"),
        "shop.sell: sell: Parameter was removed `price`",
    ),
    "a field": (
        lambda shop: shop.replace("src/shop/sale.py", "    name: str\n", "    name: str\n    weight: int\n"),
        "shop.Goods: Goods.__init__: Parameter was added as required `weight`",
    ),
    "a default of a field": (
        lambda shop: shop.replace("src/shop/sale.py", "field(default=1)", "field()"),
        "shop.Goods: Goods.__init__: Parameter is now required `price`",
    ),
    "a field of what a decorator of ours makes": (
        lambda shop: shop.replace("src/shop/sale.py", "    total: int\n", "    total: int\n    paid: int\n"),
        "shop.Bill: Bill.__init__: Parameter was added as required `paid`",
    ),
    "what a protocol asks": (
        lambda shop: shop.replace("src/shop/sale.py", "class Desk", "    def wrap(self) -> str: ...\nclass Desk"),
        "shop.Filled: Filled.wrap: has to be there where somebody fills it",
    ),
    "an argument of a verb": (
        lambda shop: shop.replace(
            "src/shop/service.py", "give_back(self, thing: str", "give_back(self, thing: str, why: str"
        ),
        "shop.Desk: Base.give_back: Parameter was added as required `why`",
    ),
    "an argument of a verb in a class body": (
        lambda shop: shop.replace(
            "src/shop/service.py", "exchange(self, thing: str", "exchange(self, thing: str, why: str"
        ),
        "shop.Counter: Returns.exchange: Parameter was added as required `why`",
    ),
    "a verb": (
        lambda shop: shop.replace("src/shop/sale.py", "self.give_back", "self.take_back"),
        "shop.Desk: Desk.give_back: Public object was removed",
    ),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_breaking_change_is_found(broken: str, shop: Shop) -> None:
    """A breaking change is reported once, under its public name, and fails if no fragment announces it."""
    shop.commit("v1.0.0")
    change, line = BREAKS[broken]
    change(shop)
    assert shop.asked() == (
        1,
        [f"MISSING {line}", "1 breaking changes since v1.0.0, 1 of them in no fragment of changelog.d"],
    )


def test_announced_change_passes(shop: Shop) -> None:
    """A breaking change passes if a fragment about a change or removal names it, and fails with any other fragment."""
    shop.commit("v1.0.0")
    BREAKS["a name"][0](shop)
    shop.write("changelog.d/more.added.md", "`sell` is better.\n")
    shop.write("changelog.d/other.removed.md", "To sell is not what it was; see `Goods.sells`.\n")
    assert shop.asked()[0] == 1
    shop.write("changelog.d/sale.removed.md", "`shop.sell(…)` is gone: give it away.\n")
    status, lines = shop.asked()
    assert status == 0
    assert lines[0] == "listed  shop.sell: is gone"


def test_compatible_changes_pass(shop: Shop) -> None:
    """Moving a module, adding optional parameters, and changing names that no document imports are not breaking."""
    shop.commit("v1.0.0")
    text = (shop.folder / "src/shop/sale.py").read_text(encoding="utf-8")
    shop.write("src/shop/counter.py", text.replace("price: int = 1)", "price: int = 1, gift: bool = False)"))
    (shop.folder / "src/shop/sale.py").unlink()
    shop.replace("src/shop/__init__.pyi", "shop.sale", "shop.counter")
    shop.replace("src/shop/counter.py", "def inside(thing: str) -> None: ...\n", "")
    shop.replace("src/shop/counter.py", "    name: str\n", "    name: str\n    weight: int | None = None\n")
    status, lines = shop.asked()
    assert (status, lines) == (
        0,
        ["0 breaking changes since v1.0.0, 0 of them in no fragment of changelog.d"],
    )


def test_any_revision_can_be_compared_with(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """The tree can be compared with any revision, and an unknown revision is refused with git's message."""
    shop.commit()
    BREAKS["an argument"][0](shop)
    assert shop.asked("--against", "HEAD")[0] == 1
    assert main(("--against", "nothing"), shop.folder) == 2
    assert "nothing" in capsys.readouterr().err
