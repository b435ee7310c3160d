"""The crash harness: a real daemon, killed over and over against the platforms' strict stand-ins.

``python -m bench.chaos`` writes offices with a channel on every platform, has their daemons run as
processes of their own, and ends each process with SIGKILL: at every step that the courier names,
inside the adapter, while a platform has a request in hand, and at moments taken by chance. Then it
is started again. At the end the posts are counted where readers would see them, on the platforms'
side: none lost, none doubled, none called what it isn't.

Most runs are forks of a process that has everything imported (``nursery``), which open the site and
run the daemon as ``publisher run`` does. Executed afresh, ``publisher run`` spends five times as
much on its imports alone; it is what one run in sixteen is, in an office of its own. Between two
runs of a fork's office its clock leaps, as after an outage; ``publisher run`` has the machine's.

``steps`` says where a run may end, ``deaths`` chooses, ``fuse`` and ``gate`` end it there, from
inside the process and from the platforms' side. ``office`` is what is put through it, ``storm`` one
run after another, ``weather`` all of them at once. ``verdict`` counts.
"""
