"""Plugins with one fault each in the plugin itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.testing.plugin_faults import prints_on_import, starts_on_import, writes_on_import
from tests.testing.plugin_faults.formats import Lines

from anninh_core.plugins import hookimpl
from anninh_core.testing import MockMessenger
from anninh_core.vocabulary.messages import OutgoingMessage

INSTALLED = Path(__file__).parent / "installed"
"""Installed packages' metadata, for the import path."""


class Healthy:
    """A healthy plugin with one format."""

    @hookimpl
    def anninh_formatters(self) -> Sequence[type]:
        return [Lines]


class MisspeltHook:
    """A hook that doesn't exist."""

    @hookimpl
    def anninh_formaters(self) -> Sequence[type]:
        return [Lines]


class UnmarkedHook:
    """A hook without its decorator."""

    def anninh_formatters(self) -> Sequence[type]:
        return [Lines]


class UnknownArgument:
    """A hook with an unknown argument."""

    @hookimpl
    def anninh_triage_opinion(self, text: str) -> None:
        """Return no opinion."""


class NoHook:
    """A plugin without hooks."""

    def formatters(self) -> Sequence[type]:
        return [Lines]


class NameForPeople:
    """The registered format's name can't be used in settings."""

    class Pretty(Lines):
        """A format that is healthy except for its name."""

        name = "Pretty Lines"

    @hookimpl
    def anninh_formatters(self) -> Sequence[type]:
        return [self.Pretty]


class HalfAPort:
    """The registered format has no `render`."""

    class Half:
        """A class with a name only."""

        name = "half"

    @hookimpl
    def anninh_formatters(self) -> Sequence[type]:
        return [self.Half]


class OtherArguments:
    """A registered messenger's method needs another argument."""

    class Eager(MockMessenger):
        """Sends at a given time."""

        name = "eager"

        def send(self, message: OutgoingMessage, when: str) -> Any:  # type: ignore[override]  # that is the fault
            return super().send(message)

    @hookimpl
    def anninh_messengers(self) -> Sequence[type]:
        return [self.Eager]


class AsyncHook:
    """A hook is a coroutine."""

    @hookimpl
    async def anninh_committed(self) -> None:
        """Ignore the event."""


class YieldingHook:
    """A hook is a generator."""

    @hookimpl
    def anninh_committed(self) -> Iterator[None]:
        yield


class OptionsOutOfThinAir:
    """A missing option raises `KeyError`."""

    class Careless(MockMessenger):
        """Reads its options without checking them."""

        name = "careless"

        def __init__(self, instance: str, options: dict[str, str], services: Any) -> None:
            super().__init__(instance, {"secret": options["secret"]}, services)

    @hookimpl
    def anninh_messengers(self) -> Sequence[type]:
        return [self.Careless]


def odd_name() -> str:
    """Return the name of an entry point in `INSTALLED` that can't be used in settings."""
    return "Pretty Lines"


def name_of_two() -> str:
    """Return the name of an entry point that two packages in `INSTALLED` have."""
    return "lines_of_two"


FAULTS: Mapping[str, tuple[Callable[[], object] | ModuleType, str]] = {
    "MisspeltHook": (MisspeltHook, "P-01"),
    "UnmarkedHook": (UnmarkedHook, "P-01"),
    "UnknownArgument": (UnknownArgument, "P-01"),
    "NoHook": (NoHook, "P-02"),
    "OddName": (odd_name, "P-03"),
    "NameOfTwo": (name_of_two, "P-03"),
    "NameForPeople": (NameForPeople, "P-04"),
    "HalfAPort": (HalfAPort, "P-05"),
    "OtherArguments": (OtherArguments, "P-05"),
    "AsyncHook": (AsyncHook, "P-06"),
    "YieldingHook": (YieldingHook, "P-06"),
    "WritesOnImport": (writes_on_import, "P-07"),
    "StartsOnImport": (starts_on_import, "P-07"),
    "PrintsOnImport": (prints_on_import, "P-07"),
    "OptionsOutOfThinAir": (OptionsOutOfThinAir, "P-08"),
}
"""Name -> faulty plugin, and number of the rule that must find its fault."""
