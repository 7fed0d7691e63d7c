from datetime import timedelta

from attrs import frozen

from anninh_core.ports.collector import Collector


@frozen(kw_only=True)
class ConfiguredCollector:
    """A collector with the settings that collectors of every type have.

    Attributes:
        unit: unit for which it finds pieces.
        source_name: publisher of the information.
        every: time between two readings.
    """

    collector: Collector
    unit: str
    source_name: str
    every: timedelta
