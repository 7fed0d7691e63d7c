"""Reports: figures from the counters, texts and signatures by officers, consolidated for the superior."""
