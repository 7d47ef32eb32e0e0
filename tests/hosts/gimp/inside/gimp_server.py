"""GIMP's batch script: the server, with the prelude's names."""

import runpy

runpy.run_path("/work/inside/server.py")["serve"]("/work/inside/prelude.py")
