"""Items that wait for a review by a second person: four gates, findings, and a decision."""
