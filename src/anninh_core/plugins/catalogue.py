"""Classes and factories registered by plugins, by kind and name."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import frozen

from anninh_core.kernel.errors import ConfigurationError, PluginRefused
from anninh_core.ports.options import AcceptedOptions

KIND_OF_HOOK: Mapping[str, str] = MappingProxyType(
    {
        "anninh_storages": "storage",
        "anninh_keys": "keys",
        "anninh_blobs": "blobs",
        "anninh_messengers": "messenger",
        "anninh_formatters": "formatter",
        "anninh_couriers": "courier",
        "anninh_collectors": "collector",
    }
)


@frozen
class Offer:
    """A class or factory registered by a plugin.

    Attributes:
        kind: storage, keys, blobs, messenger, formatter, courier or collector.
        name: its name in the settings; unique within its kind.
        make: builds an instance.
        owner: name of the plugin.
    """

    kind: str
    name: str
    make: Callable[..., Any]
    owner: str


class Catalogue:
    """All classes and factories registered by plugins; immutable.

    Raises:
        PluginRefused: a class has no name, a name that is taken within its kind, or `accepted_options` of another type;
            the message names the owners.
    """

    def __init__(self, registered: Iterable[tuple[str, object, str]]) -> None:
        """Build the catalogue from registrations, each with kind, class and owner, in order."""
        self._offers: dict[tuple[str, str], Offer] = {}
        for kind, make, owner in registered:
            self._add_offer(_build_offer(kind, make, owner))

    def _add_offer(self, offer: Offer) -> None:
        existing = self._offers.setdefault((offer.kind, offer.name), offer)
        if existing is not offer:
            raise PluginRefused(
                "The {kind} name {name!r} is registered by plugin {plugin!r} and again by {second_plugin!r}: "
                "give one of the two another `name`, or remove one plugin from the settings.",
                kind=offer.kind,
                name=offer.name,
                plugin=existing.owner,
                second_plugin=offer.owner,
            )

    def find(self, kind: str, name: str) -> Callable[..., Any]:
        """Return the registered class or factory of a kind with this name.

        Raises:
            ConfigurationError: there is none; the message lists the existing names.
        """
        try:
            return self._offers[kind, name].make
        except KeyError:
            raise ConfigurationError(
                "No loaded plugin has a {kind} named {name!r}. Available names: {allowed}. Correct the name, "
                "or add the plugin that provides it to the settings.",
                kind=kind,
                name=name,
                allowed=self.names(kind),
            ) from None

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names registered under a kind, sorted."""
        return tuple(sorted(offer.name for offer in self._offers.values() if offer.kind == kind))

    def offers(self, owner: str) -> tuple[Offer, ...]:
        """Return the classes and factories that a plugin registered, in the plugin's order."""
        return tuple(offer for offer in self._offers.values() if offer.owner == owner)


def _build_offer(kind: str, make: object, owner: str) -> Offer:
    name = getattr(make, "name", None)
    if not (callable(make) and isinstance(name, str) and name):
        raise PluginRefused(
            "Plugin {plugin!r} registers {registered} as a {kind}, but that isn't a class with a `name`: "
            "give the class a `name` attribute, a short text that the settings can use.",
            plugin=owner,
            registered=make,
            kind=kind,
        )
    if not isinstance(getattr(make, "accepted_options", None), AcceptedOptions | None):
        raise PluginRefused(
            "The `accepted_options` of the {kind} {name!r} in plugin {plugin!r} aren't an `AcceptedOptions`: "
            "declare them with `anninh_core.ports.AcceptedOptions`, or give the attribute another name.",
            plugin=owner,
            kind=kind,
            name=name,
        )
    return Offer(kind, name, make, owner)
