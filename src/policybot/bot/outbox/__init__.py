"""Outgoing messages: rate-limited, and each sent at most once."""
