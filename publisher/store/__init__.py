"""The store: the only truth. Models, the database itself, and one module of queries a concern."""
