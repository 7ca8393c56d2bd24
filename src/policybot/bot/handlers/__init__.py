"""Handlers of messages, commands and inline queries."""
