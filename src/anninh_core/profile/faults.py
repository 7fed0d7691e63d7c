"""The faults of a profile, and the form in which they are shown."""

from attrs import frozen

from anninh_core.kernel.errors import BadProfile
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import make_visible

_LONGEST_MESSAGE = 500


@frozen
class ProfileFault:
    """A fault in a profile.

    Attributes:
        file: file with the fault, or the profile's name if no file has it.
        place: keys from the table down, such as `units.ninh-hoa.parent`; entries of lists by their id, else by their
            number from 1. "" for the whole file.
        line: line of the file, from 1; 0 if unknown.
    """

    file: str
    place: str
    problem: str
    way_out: str
    line: int = 0

    def __str__(self) -> str:
        # Keys may contain any characters, so that invisible ones are replaced.
        place = f"{make_visible(self.place)}: " if self.place else ""
        return make_visible(" ".join(f"{self.file}: {place}{self.problem}; {self.way_out}".split()), _LONGEST_MESSAGE)

    def to_profile_error(self, others: int = 0) -> BadProfile:
        """Return the error for this fault, with the number of other faults."""
        place = f"{self.file}: {make_visible(self.place)}" if self.place else self.file
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
