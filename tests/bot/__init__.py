"""Tests of the bot: its messages, its state, and the whole of it against a strict server."""
