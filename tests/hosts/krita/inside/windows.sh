#!/bin/bash
# Krita with its windows, on a display of its own, with the tests' server in it, and with the plug-in
# as Krita's own importer unpacks its archive.
#   GEOMETRY, KRITARC (further lines of it), DISPLAYRC (likewise of kritadisplayrc) and
#   QT_SCALE_FACTOR come from the test, and AGAIN where Krita is to be started once more when it has
#   ended, in the same HOME.
set -eu
export HOME=/tmp/home XDG_RUNTIME_DIR=/tmp/runtime
mkdir -m 700 "$XDG_RUNTIME_DIR"
cp -a /opt/krita-home "$HOME"
share=$HOME/.local/share/krita
mkdir -p "$share/pykrita" "$share/actions" "$HOME/.config"
python3 /inside/install.py /run/overpaint/built/*.zip "$share"
cp -a /inside/overpaint_test /inside/overpaint_test.desktop "$share/pykrita"
# Krita's own plug-ins cost a second and print warnings.
{
  printf 'HideSplashScreen=true\nsessionOnStartup=0\nshouldSaveSessionOnQuit=false\nAutoSaveInterval=0\n'
  printf '[python]\nenable_overpaint_krita=true\nenable_overpaint_test=true\n'
  for desktop in /usr/share/krita/pykrita/*.desktop; do
    printf 'enable_%s=false\n' "$(basename "$desktop" .desktop)"
  done
  printf '%b' "${KRITARC:-}"
} > "$HOME/.config/kritarc"
printf '%b' "${DISPLAYRC:-}" >> "$HOME/.config/kritadisplayrc"
Xvfb -displayfd 3 -screen 0 "${GEOMETRY:-1600x1000}x24" -nolisten tcp 3> /tmp/display 2> /tmp/xvfb.log &
for _ in $(seq 600); do
  [ -s /tmp/display ] && break
  sleep 0.1
done
DISPLAY=:$(cat /tmp/display)
export DISPLAY
openbox > /dev/null 2>&1 &
export PYTHONPATH=/inside
if [ -n "${AGAIN:-}" ]; then
  krita --nosplash "$@" || true
  rm /io/port
fi
exec krita --nosplash "$@"
