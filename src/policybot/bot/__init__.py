"""The bot: everything that knows about Telegram, and nothing that knows about vectors."""
