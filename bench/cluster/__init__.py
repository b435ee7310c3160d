"""The cluster's proof: real nodes on a real PostgreSQL, measured, and then broken while they post.

``python -m bench.cluster`` prints two tables. How many deliveries a second go out by the number of
workers, where platforms take 200 ms to answer; and what becomes of the posts while nodes are killed
and cut off, PostgreSQL is restarted, killed and fails over to its standby, the queue is dropped.

``network`` makes the machines (network namespaces, where root is), ``postgres`` the servers,
``platform`` stands for all platforms and keeps each request that it took. ``office`` is the office,
``nodes`` its processes, ``queue`` what of them is seen in PostgreSQL. ``throughput`` is the first
table; ``faults`` are done to a ``stage`` by the ``proof``, ``counting`` holds what came of it
against what was written, as ``bench.chaos.verdict`` does.
"""
