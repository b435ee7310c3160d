"""The console's pages, a module a family of pages; each is found by being here."""
