"""The bot's persistent state, in SQLite."""
