"""A collector as an authority uses it: what the settings say beside its own options."""

from datetime import timedelta

from attrs import frozen

from anninh_core.ports.collector import Collector


@frozen(kw_only=True)
class ConfiguredCollector:
    """A collector as the settings have it.

    Attributes:
        unit: whose editors see what it finds.
        source_name: whose information it is.
        every: how often it reads.
    """

    collector: Collector
    unit: str
    source_name: str
    every: timedelta
