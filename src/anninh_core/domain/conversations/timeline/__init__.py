"""Timeline of a case: messages in both directions and officers' actions, in order of time."""
