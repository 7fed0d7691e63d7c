"""The plan itself: duties and milestones, reminders, difficulties, trainings, inspections, campaigns."""
