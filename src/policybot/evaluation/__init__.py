"""How good the answers are: question files and collections, measures, calibration, tuning."""
