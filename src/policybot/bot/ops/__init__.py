"""Running the bot: who may ask, its log, its figures, and what it does in an outage."""
