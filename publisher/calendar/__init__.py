"""The office's content calendar: a table for Excel, out and back in, and an iCalendar feed."""
