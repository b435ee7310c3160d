"""What the tests would not notice: the planner, the courier and the life cycle, each broken once.

docs/mutants.md says what is changed, what is left alive and why.
"""
