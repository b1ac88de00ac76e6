"""Finished outputs, read whole as an intruder would read them, and cleaned."""
