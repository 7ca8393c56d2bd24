"""Calibration: the confidence needed to answer, fitted to the corpus."""
