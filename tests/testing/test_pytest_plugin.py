"""The fixtures and the transcript that anninh adds to pytest."""

import subprocess
import sys

import pytest

from anninh_core import testing

pytest_plugins = ["pytester"]

TEST_FILE = """
def test_talk(mock_chat, mock_messenger, anninh_clock, anninh_ids):
    assert mock_messenger.chat is mock_chat
    assert anninh_ids.new() < anninh_ids.new()
    mock_chat.says(mock_chat.person("Thu Van An"), "alo")
    assert anninh_clock.now().hour == {hour}

def test_without():
    assert {hour} == 1
"""
KIT_FILE = """
from anninh_core.testing.kits import ConformanceKit

class Kit(ConformanceKit, kit=True):
    def test_one(self):
        '''X-01 One is one.'''
    def test_two(self):
        '''X-02 One is two.'''
        assert 1 == 2
    def test_three(self):
        '''X-03 Three is three.'''

class TestMine(Kit):
    pass

def test_of_my_own():
    pass
"""


def test_fixtures_work_together(
    mock_chat: testing.MockChat,
    mock_messenger: testing.MockMessenger,
    anninh_clock: testing.FixedClock,
    anninh_ids: testing.SeededIds,
) -> None:
    """Chat, messenger, clock and ids of one test belong together, and the clock shows eight in the morning in
    Vietnam.
    """
    assert mock_messenger.chat is mock_chat
    assert mock_messenger.instance == "oa"
    assert mock_chat.says(mock_chat.person("Thử Văn An"), "alo").at == anninh_clock.now()
    assert anninh_clock.now().isoformat() == "2021-09-01T01:00:00+00:00"
    assert anninh_ids.new() < anninh_ids.new()


def test_app_uses_overridden_fixtures(pytester: pytest.Pytester) -> None:
    """A test that overrides the fixtures for profile and settings gets an app with them."""
    pytester.makepyfile("""
        import pytest
        from anninh_core import MessengerSettings, Settings, load_profile
        from anninh_core.plugins import DEFAULT_PLUGINS

        @pytest.fixture
        def anninh_profile():
            return load_profile("hai_cap_2025")

        @pytest.fixture
        def anninh_settings():
            return Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={"second": MessengerSettings(type="mock")})

        def test_it(anninh_app, dialog):
            assert anninh_app.district.root == "ninh-binh"
            assert sorted(anninh_app.messengers) == ["oa", "second"]
            dialog.says("Thu Van An", "alo")
            dialog.hears("Thu Van An", ".")
    """)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_failing_test_shows_the_transcript(pytester: pytest.Pytester) -> None:
    """Only a failed test that used a mock chat shows the chat's transcript."""
    pytester.makepyfile(TEST_FILE.format(hour=2))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=2)
    assert result.stdout.str().count("mock chat transcript") == 1
    result.stdout.fnmatch_lines(["*mock chat transcript*", "01/09 08:00 Thu Van An: alo"])


def test_passing_test_shows_nothing(pytester: pytest.Pytester) -> None:
    """A passing test shows no transcript."""
    pytester.makepyfile(TEST_FILE.format(hour=1))
    result = pytester.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=2)
    assert "mock chat transcript" not in result.stdout.str()


def test_rules_are_chosen_by_number(pytester: pytest.Pytester) -> None:
    """`--kit-rules` runs only the named rules, and a failed rule shows its sentence."""
    pytester.makepyfile(KIT_FILE)
    result = pytester.runpytest_inprocess("--kit-rules", "X-02..X-03")
    result.assert_outcomes(passed=1, failed=1, deselected=2)
    result.stdout.fnmatch_lines(["*rule of the kit*", "X-02 One is two."])
    assert "step by step" not in result.stdout.str()
    refused = pytester.runpytest_inprocess("--kit-rules", "two")
    refused.stderr.fnmatch_lines(["ERROR: 'two' names no rules of a kit*"])


def test_rules_are_chosen_by_step(pytester: pytest.Pytester) -> None:
    """`--kit-step` runs the rules of the steps up to that one, and shows the progress at the end."""
    pytester.makepyfile("""
        import pytest
        from anninh_core.testing.kits import StorageConformance
        from anninh_core.testing.memory import MemoryStorage

        class WithoutStates(MemoryStorage):
            def __init__(self):
                super().__init__()
                del self.states

        class TestIt(StorageConformance):
            @pytest.fixture
            def storage_factory(self):
                return WithoutStates
    """)
    result = pytester.runpytest_inprocess("--kit-step", "2")
    result.assert_outcomes(passed=5, failed=2, deselected=317)
    result.stdout.fnmatch_lines(["step  1: 3 rules, none fails", "step  2: 2 of 4 rules fail: S-122 S-123"])


def test_plugin_is_light() -> None:
    """Loading the plugin imports nothing else of the library."""
    code = (
        "import sys, anninh_core.testing.pytest_plugin\n"
        "print(*sorted(name for name in sys.modules if name.startswith('anninh')))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == [
        "anninh_core",
        "anninh_core._lazy",
        "anninh_core.testing",
        "anninh_core.testing.pytest_plugin",
    ]
