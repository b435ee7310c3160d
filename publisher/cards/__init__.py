"""Pictures drawn from a template: a design, its words, the office's look."""
