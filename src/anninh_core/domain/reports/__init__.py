"""Reports: numbers from the counters, words and signatures from people, rolled up to the superior."""
