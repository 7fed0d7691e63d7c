"""All rooms of one app, side by side: what processes work with."""

from attrs import frozen

from anninh_core.rooms.content.service import Content
from anninh_core.rooms.conversations.service import Conversations
from anninh_core.rooms.governance.service import Governance
from anninh_core.rooms.groups.service import Groups
from anninh_core.rooms.inquiries.service import Inquiries
from anninh_core.rooms.moderation.service import Moderation
from anninh_core.rooms.programme.service import Programme
from anninh_core.rooms.reports.service import Reports
from anninh_core.rooms.tips.service import Tips
from anninh_core.rooms.units.service import Units


@frozen(kw_only=True)
class Rooms:
    """The rooms."""

    units: Units
    conversations: Conversations
    groups: Groups
    tips: Tips
    inquiries: Inquiries
    content: Content
    moderation: Moderation
    programme: Programme
    reports: Reports
    governance: Governance
