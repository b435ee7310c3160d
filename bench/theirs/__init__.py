"""What one would use instead of Publisher, written as one sensibly would, to measure against."""
