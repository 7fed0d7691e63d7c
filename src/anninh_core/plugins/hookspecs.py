"""The hooks, in three kinds: registrations provide classes, opinions advise, listeners are notified.

No hook reads files, opens connections or decides anything; such work is done by registered classes. A plugin writes a
function of the same name under `@hookimpl`, with only the arguments it needs, by the names given here. Opinions and
listeners may be called from several threads at once.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from anninh_core.plugins.markers import hookspec
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.collector import Collector
from anninh_core.ports.formatter import Formatter
from anninh_core.ports.keys import Keys
from anninh_core.ports.messengers.courier import Courier
from anninh_core.ports.messengers.messenger import MessengerType
from anninh_core.ports.storages.storage import Storage
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.events import CommittedEvent
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import Finding, Flag, RoutingOpinion, TriageOpinion
from anninh_core.vocabulary.views import ItemToReview, PostToModerate, TipToRoute


class HookKind(Enum):
    """Purpose of a hook, which determines the effect of a failure."""

    REGISTRATION = "registration"  # A failure is fatal, because a configured part of the system is missing.
    OPINION = "opinion"  # A failure is named, and shown to the person who decides.
    LISTENER = "listener"  # A failure is named and logged.


KINDS: Mapping[str, HookKind] = MappingProxyType(
    {
        "anninh_storages": HookKind.REGISTRATION,
        "anninh_keys": HookKind.REGISTRATION,
        "anninh_blobs": HookKind.REGISTRATION,
        "anninh_messengers": HookKind.REGISTRATION,
        "anninh_formatters": HookKind.REGISTRATION,
        "anninh_couriers": HookKind.REGISTRATION,
        "anninh_collectors": HookKind.REGISTRATION,
        "anninh_triage_opinion": HookKind.OPINION,
        "anninh_routing_opinion": HookKind.OPINION,
        "anninh_moderation_flags": HookKind.OPINION,
        "anninh_review_findings": HookKind.OPINION,
        "anninh_committed": HookKind.LISTENER,
    }
)

# Registrations return classes or factories, each with a `name`; plugins import them inside the function.


@hookspec
def anninh_storages() -> Sequence[Callable[..., Storage]]:
    """Register storage backends.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes that implement `Storage`, each with a `name` that no other storage has.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


@hookspec
def anninh_keys() -> Sequence[Callable[..., Keys]]:
    """Register key stores.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes that implement `Keys`, each with a `name` that no other key store has. `local` is
    called with the path from the settings, with `create=True` only if missing keys may be created, and with
    `passphrase=` if it has `takes_passphrase`. Other classes are called with the whole setting `NAME://…`.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


@hookspec
def anninh_blobs() -> Sequence[Callable[..., Blobs]]:
    """Register stores of attachments.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes that implement `Blobs`, each with a `name` that no other store has.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


@hookspec
def anninh_messengers() -> Sequence[MessengerType]:
    """Register messengers.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes with the call signature of `MessengerType`, each with a `name` that no other
    messenger has.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


@hookspec
def anninh_formatters() -> Sequence[Callable[[], Formatter]]:
    """Register report formats.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes that implement `Formatter` and need no arguments, each with a unique `name`.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


@hookspec
def anninh_couriers() -> Sequence[Callable[..., Courier]]:
    """Register couriers: channels that take files elsewhere, such as heads of the journal.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes that implement `Courier` and take the options of the settings, each with a `name`
    that no other courier has.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


@hookspec
def anninh_collectors() -> Sequence[Callable[..., Collector]]:
    """Register collectors, which collect texts from external sources for editors.

    When: once, while the app opens. Order: as the settings name the plugins; order has no effect.

    With: nothing. Returns: classes that implement `Collector` and take the options of the settings, each with a `name`
    that no other collector has.

    If it raises: the app doesn't open (`ConfigurationError`).
    """


# Opinions advise the person who decides, quickly and without input or output. `None` or an empty list means no opinion.


@hookspec
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Give an opinion on the classification of a message.

    When: for each message from a resident, before its change set is made.

    Order: as the settings name the plugins (`tryfirst` and `trylast` count); plugins are called while the time budget
    lasts.

    With: the message as the messenger parsed it, and the profile.

    Returns: an opinion, or None. A category must be one of `district.incoming`. `by` is filled in.

    If it raises, or returns anything else: named as failed; the others are still called.
    """


@hookspec
def anninh_routing_opinion(tip: TipToRoute, district: District) -> RoutingOpinion | None:
    """Suggest the unit that should handle a tip.

    When: a tip is triaged, before its change set is made; in addition to the profile's routing rules, which take
    precedence.

    Order: as the settings name the plugins (`tryfirst` and `trylast` count); plugins are called while the time budget
    lasts.

    With: the tip without identity, and the profile.

    Returns: an opinion with a unit of `district.units`, or None. `by` is filled in.

    If it raises, or returns anything else: named as failed; the others are still called.
    """


@hookspec
def anninh_moderation_flags(post: PostToModerate, district: District) -> Sequence[Flag]:
    """Flag the parts of a group post that a person should review.

    When: for each post that reaches the official account, before its change set is made. A flag removes nothing.

    Order: as the settings name the plugins (`tryfirst` and `trylast` count); plugins are called while the time budget
    lasts.

    With: the post without its author, and the profile.

    Returns: a list or tuple of flags, each with a code of `district.charter`. `by` is filled in.

    If it raises, or returns anything else: named as failed; the others are still called.
    """


@hookspec
def anninh_review_findings(item: ItemToReview, district: District) -> Sequence[Finding]:
    """Find points that a reviewer should answer before a draft is published.

    When: a draft is submitted for review, and again after each edit; before the change set is made.

    Order: as the settings name the plugins (`tryfirst` and `trylast` count); plugins are called while the time budget
    lasts.

    With: the draft and the profile.

    Returns: a list or tuple of findings, each for one of `district.gates`. `by` is filled in.

    If it raises, returns anything else or isn't reached in time: a finding that it did not run holds every gate.
    """


# Listeners are called on a best-effort basis. A plugin that must not miss a commit reads the journal by cursor.


@hookspec
def anninh_committed(line: CommittedEvent) -> None:
    """Receive notice of a commit.

    When: after the commit is durable, in the process that made it; not after a crash in between.

    Order: as the settings name the plugins (`tryfirst` and `trylast` count).

    With: names and ids, no content. Returns: nothing; a return value is ignored.

    If it raises: named and logged; the commit is kept and the others are still notified.
    """
