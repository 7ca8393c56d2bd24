"""Evaluation: question files and collections, measures, comparison, calibration, tuning."""
