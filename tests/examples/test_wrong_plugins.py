"""Each example has a deliberately wrong variant; it fails the rules of the kit that its comments name."""

from collections.abc import Mapping, Sequence

import pytest
from tests.examples.conftest import EXAMPLES, require_libraries

from anninh_core.testing.kits import RuleOutcome, run_source

WRONG_MESSENGER = """
import pytest
from test_own_messenger import TestSmsMessenger as Right
from wrong_messenger import WrongSmsMessenger

class TestWrong(Right):
    @pytest.fixture
    def messenger(self, services, options):
        return WrongSmsMessenger("sms", options, services)
"""
WRONG_OPINION = """
import pytest
import wrong_opinion
from anninh_core.testing.kits import OpinionsConformance

class TestWrong(OpinionsConformance):
    @pytest.fixture
    def plugin(self):
        return wrong_opinion
"""
WRONG_KEYS = """
import pytest
from test_own_keys import TestKeyServiceKeys as Right, service
from wrong_keys import ForgetfulKeys

class TestWrong(Right):
    @pytest.fixture
    def keys(self, service):
        return ForgetfulKeys(service.url)
"""
WRONG_SLIDES = """
import pytest
from test_own_slides import TestSlides as Right
from wrong_slides import HastySlides

class TestWrong(Right):
    @pytest.fixture
    def formatter(self):
        return HastySlides()
"""
WRONG_RSS = """
import pytest
from test_own_rss import TestRss as Right
from wrong_rss import HastyCollector

class TestWrong(Right):
    @pytest.fixture
    def builds(self):
        return lambda address: HastyCollector({"url": address})
"""
WRONG_STORAGE = """
import pytest
from functools import partial
from test_own_storage import TestOwnStorage as Right
from wrong_storage import HastyStorage

class TestWrong(Right):
    @pytest.fixture
    def storage_factory(self, tmp_path):
        return partial(HastyStorage, tmp_path / "own.db")
"""
CASES: Mapping[str, tuple[str, Sequence[str]]] = {
    "own_messenger": (WRONG_MESSENGER, ("M-20", "M-51", "M-52", "M-53", "M-56", "M-101", "M-124", "M-125")),
    "own_opinion": (WRONG_OPINION, ("O-03", "O-04", "O-05", "O-09")),
    "own_keys": (WRONG_KEYS, ("K-06", "K-09")),
    "own_rss": (WRONG_RSS, ("C-08", "C-12", "C-23", "C-28")),
    "own_slides": (WRONG_SLIDES, ("F-03", "F-05", "F-09")),
    "own_storage": (WRONG_STORAGE, ("S-122",)),
}
"""Name of an example -> test of its wrong variant, and the rules of the kit that must fail."""


@pytest.mark.parametrize("name", CASES)
@pytest.mark.slow
def test_wrong_variant_fails(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the named rules fail for the wrong variant; if a named rule passed, it would miss the same fault in a
    real plugin.
    """
    require_libraries(name)
    source, rules = CASES[name]
    monkeypatch.syspath_prepend(str(EXAMPLES / name))
    results = run_source(source, chosen=lambda _case, rule: rule in rules)
    assert {result.rule for result in results if result.outcome is RuleOutcome.FAILED} == {*rules}
