from anninh_core.domain.rights.states import AnswerOutcome as AnswerOutcome
