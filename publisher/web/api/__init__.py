"""The console's actions as JSON, a module a family; each is found by being here."""
