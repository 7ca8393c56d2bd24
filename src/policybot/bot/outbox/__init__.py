"""Messages on their way to Telegram: at its pace, each sent once."""
