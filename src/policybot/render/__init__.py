"""Renderers: pure functions from answers and policies to text, HTML, JSON, CSV, PDF and more."""
