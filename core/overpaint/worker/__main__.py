"""`python -m overpaint.worker FOLDER`: what an editor's session starts."""

from __future__ import annotations

import sys
from pathlib import Path

from overpaint.cores import one_core_each

from .pipe import Pipe

if __name__ == "__main__":
    one_core_each()
    # Says that it is ready before anything heavy is loaded.
    pipe = Pipe(Path(sys.argv[1]))
    pipe.introduce()
    from .loop import serve

    serve(pipe)
