"""A ministry on paper and by simulation: what 20,000 accounts posting at one minute come to.

``ministry`` is who posts where, and what each platform allows as far as it is known; ``model`` is a
page of closed formulas; ``simulation`` plays the same morning event by event with the program's own
planner, grace, retries and limits. ``python -m bench.scaling`` sets the two side by side
(docs/scaling.md).
"""
