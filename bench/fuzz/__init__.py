"""Mutated input for all that reads what comes from outside: no traceback, no hang, no growth.

``python -m bench.fuzz`` makes 100,000 inputs of each kind from good ones: ``schedule``
(schedule.toml), ``campaigns`` (campaign.toml and posts: read, planned, rendered, previewed),
``feeds``, and ``answers`` (what every platform's stand-in answers its adapter). What goes wrong is
made as small as it can be and kept in ``bench/fuzz/found``; what was mended stands in
``tests/fuzz/cases`` for good.
"""
