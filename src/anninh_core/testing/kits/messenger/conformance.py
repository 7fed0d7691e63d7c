"""The messenger kit: everything a messenger owes, rule by rule."""

from anninh_core.testing.kits.messenger.conversing import MessengerConversations
from anninh_core.testing.kits.messenger.failing import MessengerFailing
from anninh_core.testing.kits.messenger.groups import MessengerGroups
from anninh_core.testing.kits.messenger.incoming import MessengerIncoming
from anninh_core.testing.kits.messenger.options import MessengerOptions
from anninh_core.testing.kits.messenger.platform import MessengerPlatform
from anninh_core.testing.kits.messenger.polling import MessengerPolling
from anninh_core.testing.kits.messenger.sending import MessengerSending


class MessengerConformance(
    MessengerSending,
    MessengerFailing,
    MessengerGroups,
    MessengerIncoming,
    MessengerConversations,
    MessengerPlatform,
    MessengerPolling,
    MessengerOptions,
    kit=True,
):
    """Subclass it in a test module and give four fixtures.

    - `messenger`: a fresh instance, built with the kit's own fixture `services`.
    - `person`: the address of somebody it reaches.
    - `group`: the address of a group it reaches, or None if it knows no groups.
    - `outside`: an `Outside`, so that the kit sees what arrives and lets people speak; None if a test can't.

    Rules that need what the messenger says it can't do, a protocol of `ports.platform` that it doesn't fill, or an
    outside that isn't there, are skipped with the reason. To skip fewer of them: override `options` with those from
    which the messenger is built, `secrets` with what of them may never be told, `services` with a clock that can be
    turned so that the messenger looks back, and `restarted` with what builds the messenger anew; and give the outside
    the small protocols of `anninh_core.testing.kits.messenger.outside`: `stage` for groups, quotes, edits and the like,
    `writes` where the messenger polls.

    Example::

        class TestMyMessenger(MessengerConformance):
            @pytest.fixture
            def options(self) -> Mapping[str, str]:
                return {"token": "x"}

            @pytest.fixture
            def messenger(self, services: AdapterServices, options: Mapping[str, str]) -> Iterator[Messenger]:
                messenger = MyMessenger("mine", dict(options), services)
                yield messenger
                messenger.close()
    """
