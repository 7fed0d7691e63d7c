"""What the domain services are built of, each found on first use: an app that needs few of them imports few."""

from anninh_core._lazy import lazy

lazy(__name__)
