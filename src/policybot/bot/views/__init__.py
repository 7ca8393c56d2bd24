"""Screens: messages with their keyboards, and their delivery to a chat."""
