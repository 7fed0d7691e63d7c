from anninh_core.domain.content.values import ItemContent as ItemContent
from anninh_core.domain.content.values import Urgency as Urgency
