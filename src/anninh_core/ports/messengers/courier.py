"""The courier port: takes a file out of the house, such as heads of the journal to the superior."""

from typing import Protocol


class Courier(Protocol):
    """One way to one receiver. Its class is registered by `anninh_couriers` and called with options of the settings.

    Attributes:
        name: of the way, such as `folder`.
    """

    name: str

    def deliver(self, file_name: str, data: bytes) -> None:
        """Hand a file over; a file of the same name that was handed over before is replaced by it.

        Args:
            file_name: lower-case letters, digits, dots and hyphens. A `.txt` is for a person to read at once: UTF-8,
                and its first line is the subject.
            data: its content.

        Raises:
            DeliveryError: it was not taken, or nobody knows; it is handed over again later.
        """
        ...
