"""The cluster engine: several processes, on several machines, send from one PostgreSQL store.

The queue (Procrastinate, on the same PostgreSQL) says which process turns to which channel; what it
then may send is decided by the claim in the store alone. So the queue may be lost at any moment:
``queue.py`` makes it anew, and whoever has the duty (``seat.py``) puts into it again what is due.
"""
