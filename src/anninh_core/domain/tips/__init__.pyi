from anninh_core.domain.tips.deadline_reasons import explain_clock as explain_clock
from anninh_core.domain.tips.model import Tip as Tip
from anninh_core.domain.tips.states import TipState as TipState
