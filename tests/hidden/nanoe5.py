"""Stands before the package of this name, so that a test run is the same with it and without."""
