"""The keys again, with mistakes that authors make: do not copy them. Rules of the kit find them."""
# ruff: noqa: ARG002, D101, D102  the comments name the mistakes

from own_keys import KeyServiceKeys


class ForgetfulKeys(KeyServiceKeys):
    name = "forgetful"

    def destroy_epoch(self, epoch: str) -> None:
        # K-06: data that was to be unreadable stays readable.
        """Leave it to the service to destroy the epoch some day."""

    def blind(self, purpose: str, value: str) -> str:
        # K-09: one hash is used for all purposes, so that values of different purposes can be linked.
        return super().blind("any", value)
