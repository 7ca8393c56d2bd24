"""Updates from Telegram: received, written down, each dealt with once."""
