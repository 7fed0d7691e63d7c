"""Messages about acts that failed, shared by several pages and forms."""

from anninh_core.language.catalogue import marked

EXPIRED_FORM = marked("This screen was out of date. Check it, then send it again.")
NOT_FOUND = marked("This screen doesn't exist, or you may not view it.")
BUSY = marked("The server is busy. Try again in a few seconds.")
TOO_LARGE = marked("The file or text is too large. Nothing was saved.")
BAD_INPUT = marked("Some fields aren't correct. Nothing was saved; your text is still below.")
STEP_UP = marked("This action requires a new code, because it can't be undone or opens sealed data.")
