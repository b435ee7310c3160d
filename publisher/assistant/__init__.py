"""Assistants: what a language model may see, draft and ask for; it never approves or sends."""
