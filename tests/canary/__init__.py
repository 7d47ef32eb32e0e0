"""A key that must not be found: used everywhere, then searched for in everything that is left."""
