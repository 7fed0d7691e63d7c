"""The conformance kit for messengers, with all its rules."""

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
    """Rules that a messenger has to keep. Subclass it in a test module and give four fixtures.

    - `messenger`: a fresh instance, built with the kit's own fixture `services`.
    - `person`: the address of a person whom it reaches.
    - `group`: the address of a group that it reaches, or None if it has no groups.
    - `outside`: an `Outside`, so that the kit sees arriving messages and lets people write; None if a test can't.

    Rules are skipped with the reason if they need an ability that the messenger lacks, a protocol of `ports.platform`
    that it doesn't implement, or an `outside`. To skip fewer rules: override `options` with the options from which the
    messenger is built, `secrets` with those of their values that may never be shown, `services` with a clock that can
    be moved, so that the messenger fetches missed events, and `restarted` with a function that builds the messenger
    again; and implement in the outside the small protocols of `anninh_core.testing.kits.messenger.outside`: `stage` for
    groups, quotes, edits and other events, `writes` if the messenger polls.

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
