"""What doesn't fit in a profile: one fault each, and the one form in which it is told."""

from attrs import frozen

from anninh_core.kernel.errors import BadProfile
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import visible

_LONGEST_MESSAGE = 500


@frozen
class ProfileFault:
    """One thing in a profile that doesn't fit.

    Attributes:
        file: the file it stands in, or the profile's name where no file has it.
        place: keys from the table down, such as `units.ninh-hoa.parent`; entries of lists go by their id, else by
            their number from 1. "" where the whole file is meant.
        line: the line of the file, from 1; 0 where it isn't known.
    """

    file: str
    place: str
    problem: str
    way_out: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{visible(self.place)}: " if self.place else ""  # keys may hold anything
        return visible(" ".join(f"{self.file}: {place}{self.problem}; {self.way_out}".split()), _LONGEST_MESSAGE)

    def to_error(self, others: int = 0) -> BadProfile:
        """Return the error that is raised for it, with a count of the other faults."""
        place = f"{self.file}: {visible(self.place)}" if self.place else self.file
        problem = Sentence(self.problem)
        remedy = Sentence(self.way_out)
        if not others:
            return BadProfile("{place}: {problem}; {remedy}", place=place, problem=problem, remedy=remedy)
        return BadProfile(
            "{place}: {problem}; {remedy} ({count} more to correct)",
            place=place,
            problem=problem,
            remedy=remedy,
            count=others,
        )
