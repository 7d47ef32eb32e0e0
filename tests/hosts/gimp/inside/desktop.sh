#!/bin/sh
# desktop.sh VERSION: a display, a window manager, accessibility and a GIMP with windows.
# Two servers answer the test: one inside GIMP, one that sees the windows as a screen reader does.
set -eu
version=$1
exec 3>"$OVERPAINT_TEST_FOLDER/display"
Xvfb -displayfd 3 -screen 0 1400x1000x24 -nolisten tcp -noreset >/dev/null 2>&1 &
exec 3>&-
until [ -s "$OVERPAINT_TEST_FOLDER/display" ]; do sleep 0.1; done
DISPLAY=":$(cat "$OVERPAINT_TEST_FOLDER/display")"
export DISPLAY GTK_MODULES=gail:atk-bridge GDK_BACKEND=x11 GTK_THEME="${GTK_THEME:-Adwaita}"
openbox >/dev/null 2>&1 &
exec dbus-run-session -- sh -c '
  /usr/libexec/at-spi-bus-launcher --launch-immediately &
  OVERPAINT_TEST_SOCKET=windows python3 /work/inside/server.py /work/inside/windows.py &
  exec "gimp-$1" --new-instance --no-splash --no-fonts --no-data \
    --batch-interpreter=python-fu-eval --batch "exec(open(\"/work/inside/gimp_server.py\").read())"
' sh "$version"
