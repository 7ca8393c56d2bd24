"""What people send, and who answers it."""
