"""Plugins that are wrong as a whole, in one way each."""

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
"""What an installer leaves of packages, for the path of imports."""


class Healthy:
    """One format."""

    @hookimpl
    def anninh_formatters(self) -> Sequence[type]:
        return [Lines]


class MisspeltHook:
    """There is no such hook."""

    @hookimpl
    def anninh_formaters(self) -> Sequence[type]:
        return [Lines]


class UnmarkedHook:
    """The mark is forgotten."""

    def anninh_formatters(self) -> Sequence[type]:
        return [Lines]


class UnknownArgument:
    """The hook has no such argument."""

    @hookimpl
    def anninh_triage_opinion(self, text: str) -> None:
        """Say nothing."""


class NoHook:
    """Nothing is marked."""

    def formatters(self) -> Sequence[type]:
        return [Lines]


class NameForPeople:
    """What it registers has a name that the settings can't use."""

    class Pretty(Lines):
        """A healthy format, nearly."""

        name = "Pretty Lines"

    @hookimpl
    def anninh_formatters(self) -> Sequence[type]:
        return [self.Pretty]


class HalfAPort:
    """What it registers has no `render`."""

    class Half:
        """A name and nothing else."""

        name = "half"

    @hookimpl
    def anninh_formatters(self) -> Sequence[type]:
        return [self.Half]


class OtherArguments:
    """What it registers wants more than it is given."""

    class Eager(MockMessenger):
        """Sends at a time of its own."""

        name = "eager"

        def send(self, message: OutgoingMessage, when: str) -> Any:  # type: ignore[override]  # that is the fault
            return super().send(message)

    @hookimpl
    def anninh_messengers(self) -> Sequence[type]:
        return [self.Eager]


class AsyncHook:
    """A hook has to be awaited."""

    @hookimpl
    async def anninh_committed(self) -> None:
        """Hear nothing."""


class YieldingHook:
    """A hook yields."""

    @hookimpl
    def anninh_committed(self) -> Iterator[None]:
        yield


class OptionsOutOfThinAir:
    """A missing option comes out as `KeyError`."""

    class Careless(MockMessenger):
        """Takes its options for granted."""

        name = "careless"

        def __init__(self, instance: str, options: dict[str, str], services: Any) -> None:
            super().__init__(instance, {"secret": options["secret"]}, services)

    @hookimpl
    def anninh_messengers(self) -> Sequence[type]:
        return [self.Careless]


def odd_name() -> str:
    """Return the name of an entry point that the settings can't use; it is installed in `INSTALLED`."""
    return "Pretty Lines"


def name_of_two() -> str:
    """Return the name of an entry point that two packages of `INSTALLED` have."""
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
"""Name -> faulty plugin, and number of the rule that has to find it."""
