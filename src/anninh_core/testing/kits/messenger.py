"""The messenger kit: everything a messenger owes, rule by rule."""

from anninh_core.testing.kits.messenger_groups import MessengerGroups
from anninh_core.testing.kits.messenger_incoming import MessengerIncoming
from anninh_core.testing.kits.messenger_sending import MessengerSending


class MessengerConformance(MessengerSending, MessengerGroups, MessengerIncoming, kit=True):
    """Subclass it in a test module and give four fixtures.

    - `messenger`: a fresh instance, built with the kit's own fixture `services`.
    - `person`: the address of somebody it reaches.
    - `group`: the address of a group it reaches, or None if it knows no groups.
    - `outside`: an `Outside`, so that the kit sees what arrives and lets people speak; None if a test can't.

    Rules that need what the messenger says it can't do, or an outside that isn't there, are skipped with the reason.
    Example::

        class TestMyMessenger(MessengerConformance):
            @pytest.fixture
            def messenger(self, services: AdapterServices) -> Iterator[Messenger]:
                messenger = MyMessenger("mine", {"token": "x"}, services)
                yield messenger
                messenger.close()
    """
