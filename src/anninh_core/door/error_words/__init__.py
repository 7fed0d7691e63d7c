"""What people read of an error: one place for the command line, the API and whatever else shows errors to people.

`general` has a sentence for each class of errors, in each language. `particular` has Vietnamese for the sentences that
errors are raised with, the value and the way out in them. `explain_error` takes the particular one where there is one.
"""

from anninh_core._lazy import lazy

lazy(__name__)
