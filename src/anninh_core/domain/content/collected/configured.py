from datetime import timedelta

from attrs import frozen

from anninh_core.ports.collector import Collector


@frozen(kw_only=True)
class ConfiguredCollector:
    """A collector with the settings that don't depend on its type.

    Attributes:
        unit: unit that sees the found pieces, and its editors.
        source_name: publisher of the information.
        every: time between two readings.
    """

    collector: Collector
    unit: str
    source_name: str
    every: timedelta
