"""The editors' side of Overpaint: starts a worker and talks to it. Standard library only.

Runs inside GIMP's and Krita's own Python (3.10 to 3.14), where no package can be installed.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
