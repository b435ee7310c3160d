"""How long Publisher takes, each time against something bare that does the least of the same work.

``python -m bench`` measures everything; ``python -m bench start-up`` one family. A figure is a
ratio of two times of one round on one machine, so that it means the same on a slow one.
"""
