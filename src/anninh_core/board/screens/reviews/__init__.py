"""Items that wait for a second person: four gates, findings, and a decision."""
