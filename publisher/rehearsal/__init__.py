"""The rehearsal: the coming editions played through on a moved clock.

No account anywhere is needed.
"""
