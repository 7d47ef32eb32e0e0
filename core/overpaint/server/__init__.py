"""The prediction server: the embedded endpoint, and `overpaint serve` on a port."""
