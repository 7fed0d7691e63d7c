"""What changed, by the journal, and who may know of it: for a stream of events, and for a mark that is asked with."""
