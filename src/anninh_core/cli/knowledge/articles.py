"""`anninh kb write`: an article, written by whoever answers questions."""

from anninh_core.cli.frame import offers
from anninh_core.cli.frame.declaration import Ask, DayCommand, Done, Takes
from anninh_core.cli.language.speaking import marked

COMMANDS = (
    DayCommand(
        name="write",
        operation="inquiries.write_article",
        help=marked(
            "Write an article that questions are answered from; it is in use at once.\n\nResidents' words never become "
            "one by themselves: write what holds for everybody, and on what it rests."
        ),
        shows=Done(sentence=marked("{title} is in use ({id}): anninh inquiries answer QUESTION --article {id}")),
        asks=(
            Ask(
                argument="unit",
                question=marked("Who looks after it: the unit"),
                reads=offers.read_unit,
                metavar="UNIT",
            ),
            Ask(argument="title", question=marked("Title"), metavar="WORDS"),
            Ask(argument="text", question=marked("What residents read"), takes=Takes.LINES, metavar="WORDS"),
            Ask(argument="source", question=marked("On what it rests: rule or page"), metavar="WORDS"),
            Ask(
                argument="phrases",
                flag="asked-as",
                needed=False,
                many=True,
                metavar="WORDS",
                help=marked("How people ask it; may be given again."),
            ),
            Ask(argument="category", needed=False, metavar="CATEGORY", help=marked("Its category, if it has one.")),
            Ask(argument="until", needed=False, metavar="DAY", help=marked("Last day on which it holds.")),
        ),
    ),
)
