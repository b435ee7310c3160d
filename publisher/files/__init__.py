"""The files that people write, read with every fault at its line.

The campaigns, the registers and schedule.toml are all read by what stands here, which knows none
of them.
"""
