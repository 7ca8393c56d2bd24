"""Messages with their buttons, made of what an answer shows, and brought into a chat."""
