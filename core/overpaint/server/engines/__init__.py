"""What paints: one file per engine, and the protocol they share in `base`."""
