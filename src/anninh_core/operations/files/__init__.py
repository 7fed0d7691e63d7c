"""Files on their way in and out, each under an id of its own."""
