#!/bin/bash
# Krita's Python without windows or a display.
set -eu
export HOME=/tmp/home XDG_RUNTIME_DIR=/tmp/runtime QT_QPA_PLATFORM=offscreen
mkdir -m 700 "$XDG_RUNTIME_DIR"
cp -a /opt/krita-home "$HOME"
export PYTHONPATH=/run/overpaint/plugin:/inside
exec kritarunner -s runner -f __main__
