#!/usr/bin/env python3
"""GIMP's way in: it runs the file that is called as its folder."""

import sys

from overpaint_gimp.plugin import run_plug_in

if __name__ == "__main__":
    run_plug_in(sys.argv)
