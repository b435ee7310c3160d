"""The way of one post, and of one edit, through the house: which rooms, in which order."""
