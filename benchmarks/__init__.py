"""What Overpaint is measured by: ratios, side by side in one run."""
