"""Tests of what texts state of other documents."""
