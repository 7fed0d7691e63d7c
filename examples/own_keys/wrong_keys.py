"""The keys again, with mistakes that authors make: do not copy them. Rules of the kit find them."""
# ruff: noqa: ARG002, D101, D102  the comments name the mistakes

from own_keys import KeyServiceKeys


class ForgetfulKeys(KeyServiceKeys):
    name = "forgetful"

    def destroy_epoch(self, epoch: str) -> None:
        """Leave it to the service to destroy the epoch some day."""  # K-06: data that was to be unreadable is readable

    def blind(self, purpose: str, value: str) -> str:
        # K-09: one hash for all purposes: values of different purposes can be linked
        return super().blind("any", value)
