"""The keys again, with a mistake that authors make: do not copy it. Rules of the kit find it."""
# ruff: noqa: ARG002, D101, D102  the comments say what is wrong

from own_keys import KeyServiceKeys


class ForgetfulKeys(KeyServiceKeys):
    name = "forgetful"

    def destroy_epoch(self, epoch: str) -> None:
        """Leave it to the service to clean up some day."""  # K-06: what was to be unreadable stays readable

    def blind(self, purpose: str, value: str) -> str:
        return super().blind("any", value)  # K-09: one hash for all purposes: they can be joined
