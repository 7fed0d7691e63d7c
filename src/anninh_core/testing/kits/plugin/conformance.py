"""The kit for a whole plugin: the plugin loads, its hooks and names are valid, and importing it has no side effects."""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import entry_points
from typing import Any

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins.catalogue import Offer
from anninh_core.plugins.facade import Plugins
from anninh_core.plugins.hookspecs import KINDS
from anninh_core.plugins.manager import GROUP
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.collector import Collector
from anninh_core.ports.formatter import Formatter
from anninh_core.ports.keys import Keys
from anninh_core.ports.messengers.courier import Courier
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.plugin.loading import AT_HAND, get_loaded_info, load_alone
from anninh_core.testing.services import memory_services

_PORTS: dict[str, type] = {
    "blobs": Blobs,
    "collector": Collector,
    "courier": Courier,
    "formatter": Formatter,
    "keys": Keys,
    "messenger": Messenger,
    "storage": Storage,
}
_NAME = re.compile(r"[a-z][a-z0-9_+-]{0,39}")
_NO_OPTION = "no-such-option-4711"
_WATCH = """
import json, sys, threading
seen = []
def watch(event, arguments):
    path, mode = (*arguments, "", "")[:2] if event == "open" else ("", "")
    if event == "open" and isinstance(mode, str) and set(mode) & set("wax+") and not str(path).endswith(".pyc"):
        seen.append("opens a file to write into it")
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo"):
        seen.append("uses the network")
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn"):
        seen.append("starts a program")
    if event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.putenv", "signal.set_wakeup_fd"):
        seen.append(f"calls {event}")
import anninh_core.plugins.hookspecs
sys.addaudithook(watch)
threads, out = threading.active_count(), sys.stdout
class Heard:
    def write(self, text): seen.append("writes to the standard output") if text.strip() else None
    def flush(self): pass
sys.stdout = Heard()
import importlib
importlib.import_module(sys.argv[1])
sys.stdout = out
if threading.active_count() > threads:
    seen.append("starts a thread")
print(json.dumps(sorted(set(seen))))
"""


class PluginConformance(ConformanceKit, kit=True):
    """Subclass it in a test module and give the fixture `plugin`: an installed plugin's name, or its module.

    Example::

        class TestMyPlugin(PluginConformance):
            @pytest.fixture
            def plugin(self) -> object:
                return "sms"
    """

    @pytest.fixture
    def plugins(self, plugin: object) -> Plugins:
        """Return the loaded plugins: only the plugin under test."""
        return load_alone(plugin)

    def test_loads(self, plugin: object) -> None:
        """P-01 The plugin loads alone: its hooks exist, are marked, and take only arguments that exist."""
        try:
            load_alone(plugin)
        except ConfigurationError as error:
            pytest.fail(str(error), pytrace=False)

    def test_does_something(self, plugins: Plugins) -> None:
        """P-02 The plugin implements at least one hook."""
        assert get_loaded_info(plugins).hooks, f"mark a function with @hookimpl; the hooks are {', '.join(KINDS)}"

    def test_name(self, plugin: object) -> None:
        """P-03 The name of the plugin's entry point is valid in the settings, and no other package has this name."""
        if not isinstance(plugin, str):
            pytest.skip("the plugin is given as an object: give its entry point's name once it is installed")
        assert _NAME.fullmatch(plugin), "letters, digits and underscores, lower case, a letter first"
        assert len([point for point in entry_points(group=GROUP) if point.name == plugin]) == 1

    def test_offers(self, plugins: Plugins) -> None:
        """P-04 The names that the plugin registers are valid in the settings and the same each time."""
        names = {(offer.kind, offer.name) for offer in _list_registered_classes(plugins)}
        assert all(_NAME.fullmatch(name) for _, name in names), names

    def test_ports(self, plugins: Plugins) -> None:
        """P-05 Each registered class has all methods of its port, with the arguments that the core passes."""
        wrong = [
            text
            for offer in _list_registered_classes(plugins)
            if inspect.isclass(offer.make)
            for text in _find_missing_methods(offer)
        ]
        assert not wrong, "; ".join(wrong)

    def test_plain_functions(self, plugin: object, plugins: Plugins) -> None:
        """P-06 The plugin's hooks are plain functions, neither coroutines nor generators."""
        module = sys.modules[get_loaded_info(plugins).module] if isinstance(plugin, str) else plugin
        for hook in get_loaded_info(plugins).hooks:
            function = getattr(module, hook)
            assert not inspect.iscoroutinefunction(function), f"{hook} is async"
            assert not inspect.isgeneratorfunction(function), f"{hook} yields"

    def test_import_does_nothing(self, plugin: object, plugins: Plugins) -> None:
        """P-07 Importing the plugin writes no file, opens no connection, starts no process and prints nothing."""
        module = get_loaded_info(plugins).module if isinstance(plugin, str) else getattr(plugin, "__name__", "")
        if module not in sys.modules:
            pytest.skip("the plugin is an object, not a module: there is nothing to import")
        source = f"import sys; sys.path[:] = {sys.path!r}\n{_WATCH}"
        process = subprocess.run([sys.executable, "-c", source, module], capture_output=True, text=True, check=False)  # noqa: S603  our own source
        assert process.returncode == 0, process.stderr.strip().rpartition("\n")[2]
        assert json.loads(process.stdout) == []

    def test_wrong_options(self, plugins: Plugins) -> None:
        """P-08 A messenger without its options, or with an unknown option, is refused by a `ConfigurationError`."""
        makers = [offer.make for offer in _list_registered_classes(plugins) if offer.kind == "messenger"]
        if not makers:
            pytest.skip("it registers no messenger")
        for make in makers:
            for options in ({}, {_NO_OPTION: "x"}):
                _assert_messenger_built_or_refused(make, options)


def _list_registered_classes(plugins: Plugins) -> Iterator[Offer]:
    info = get_loaded_info(plugins)
    return iter(plugins.catalogue.offers(info.name or AT_HAND))


def _find_missing_methods(offer: Offer) -> Iterator[str]:
    """Yield the methods and arguments of a port that the registered class lacks; attributes of its instances aren't
    seen.
    """
    registered: Any = offer.make
    for name, declared in inspect.getmembers(_PORTS[offer.kind], inspect.isfunction):
        if name.startswith("_"):
            continue
        method = getattr(registered, name, None)
        if method is None:
            yield f"{offer.kind} {offer.name!r} has no method {name}"
        elif inspect.isfunction(method) and not _accepts_arguments(method, declared):
            yield f"{offer.kind} {offer.name!r}: {name} doesn't take {_format_arguments(declared)}"


def _accepts_arguments(method: Callable[..., object], declared: Callable[..., object]) -> bool:
    """Return whether `method` accepts the arguments that its port declares, keyword-only ones by name and the others by
    position.
    """
    parameters = [*inspect.signature(declared).parameters.values()]
    by_name = {parameter.name: None for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY}
    by_position = [None for parameter in parameters if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    try:
        inspect.signature(method).bind(*by_position, **by_name)
    except TypeError:
        return False
    return True


def _format_arguments(declared: Callable[..., object]) -> str:
    return ", ".join(name for name in inspect.signature(declared).parameters if name != "self") or "no arguments"


def _assert_messenger_built_or_refused(make: Callable[..., Any], options: dict[str, str]) -> None:
    with suppress(ConfigurationError):
        make("kit", options, memory_services()).close()
