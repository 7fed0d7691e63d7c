"""The plug-in that registers Zalo; settings have to name the plugin `zalo`."""

from collections.abc import Sequence

from anninh_core.kernel.errors import MissingExtra
from anninh_core.plugins.markers import hookimpl
from anninh_core.ports.messengers.messenger import MessengerType


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    """Register the official account and the bot; both are imported only here."""
    try:
        from anninh_zalo.bot.messenger import ZaloBot  # noqa: PLC0415  it needs an extra of its own
        from anninh_zalo.official import OfficialAccount  # noqa: PLC0415  as above
    except ImportError as missing:
        raise MissingExtra("the Zalo adapter", "zalo") from missing
    return [OfficialAccount, ZaloBot]
