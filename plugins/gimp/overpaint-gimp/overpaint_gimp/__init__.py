"""Overpaint's side of GIMP: pixels, layers and windows. Everything else is `overpaint_bridge`."""
