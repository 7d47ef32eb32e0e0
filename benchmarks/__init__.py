"""What Overpaint is measured by: ratios, side by side in one run."""

from __future__ import annotations

from overpaint.cores import one_core_each

# As in the worker and the server; before anything here loads NumPy.
one_core_each()
