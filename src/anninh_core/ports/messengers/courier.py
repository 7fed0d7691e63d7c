"""The courier port: delivers a file to an outside receiver, such as heads of the journal to the superior authority."""

from typing import Protocol


class Courier(Protocol):
    """Delivers files to an outside receiver in one way. Its class is registered by `anninh_couriers` and called with
    options of the settings.

    Attributes:
        name: kind of delivery, such as `folder`.
    """

    name: str

    def deliver(self, file_name: str, data: bytes) -> None:
        """Deliver a file, replacing a file of the same name that was delivered before.

        Args:
            file_name: lower-case letters, digits, dots and hyphens. A `.txt` is for a person to read at once: UTF-8,
                and its first line is the subject.
            data: its content.

        Raises:
            DeliveryError: the file was not accepted, or the outcome is unknown; the delivery is retried later.
        """
        ...
