from anninh_core.domain.duty.roster import Shift as Shift
