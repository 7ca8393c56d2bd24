"""What the bot keeps in its state file."""
