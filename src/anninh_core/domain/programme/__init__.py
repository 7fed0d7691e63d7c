"""The programme: duties and milestones, reminders, difficulties, trainings, inspections, campaigns."""
