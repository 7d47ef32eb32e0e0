#!/usr/bin/env bash
# Build, once, a Debian root with a real Krita, its HOME warmed up:
#
#   chroot.sh trixie|sid|experimental FOLDER
#
# trixie has Krita 5.2, sid 5.3, experimental 6.0. Needs root. Built beside FOLDER and moved there
# when whole, under a lock, so that any number of runs may ask for it at once.
set -euo pipefail
suite=$1
root=$2
recipe=3 # raise it to have every root built anew
here=$(cd "$(dirname "$0")" && pwd)
new=$root.new
mkdir -p "$(dirname "$root")"
exec 9> "$root.lock"
flock 9
[ "$(cat "$root/.overpaint" 2> /dev/null)" = "$recipe" ] && exit 0

apt="apt-get -qq -o DPkg::Lock::Timeout=900"
if ! command -v debootstrap > /dev/null; then
  # One apt at a time: other programs of the tests are set up beside this one.
  exec 8> "$(dirname "$root")/apt.lock"
  flock 8
  $apt update
  $apt install --yes --no-install-recommends debootstrap
  exec 8>&-
fi
mirror=$(sed -n 's/^URIs: *\(.*\/debian\)\/*$/\1/p' /etc/apt/sources.list.d/*.sources 2> /dev/null | head -1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\/debian\)\/* .*/\2/p' /etc/apt/sources.list | head -1)
base=$suite
[ "$suite" = experimental ] && base=sid
keyring=()
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] \
  && keyring=(--keyring=/usr/share/keyrings/debian-archive-keyring.gpg)

rm -rf "$new"
debootstrap --variant=minbase "${keyring[@]}" "$base" "$new" ${mirror:+"$mirror"}
mirror=$(sed -n 's/^deb \([^ ]*\) .*/\1/p' "$new/etc/apt/sources.list" | head -1)
printf '#!/bin/sh\nexit 101\n' > "$new/usr/sbin/policy-rc.d"
chmod +x "$new/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$new/etc/resolv.conf"
for file in $(grep -lsi proxy /etc/apt/apt.conf.d/* || true); do
  cp "$file" "$new/etc/apt/apt.conf.d/"
done
mkdir -p "$new/etc/dpkg/dpkg.cfg.d"
echo force-unsafe-io > "$new/etc/dpkg/dpkg.cfg.d/unsafe-io" # it can be built again
cat > "$new/etc/apt/apt.conf.d/99overpaint" << 'APT'
Acquire::Languages "none";
Acquire::Retries "5";
Acquire::Check-Valid-Until "false";
APT::Install-Recommends "false";
APT
echo "deb $mirror $base main" > "$new/etc/apt/sources.list"
pyqt=(python3-pyqt5)
release=()
if [ "$suite" = experimental ]; then
  echo "deb $mirror experimental main" >> "$new/etc/apt/sources.list"
  pyqt=(python3-pyqt6 python3-pyqt6.sip qt6-svg-plugins) # without the last there are no icons
  release=(--target-release experimental)
fi
inside() { "$here/enter.sh" "$new" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
inside apt-get -qq update
inside apt-get -qq install --yes \
  ca-certificates python3 python3-venv "${pyqt[@]}" xvfb xauth xdotool openbox x11-utils \
  imagemagick breeze-icon-theme fonts-dejavu-core procps
inside apt-get -qq install --yes "${release[@]}" krita
inside apt-get clean
rm -rf "$new"/var/lib/apt/lists/*
# The machine's own list of authorities: a registry may be reached through one of its own.
cp /etc/ssl/certs/ca-certificates.crt "$new/etc/ssl/certs/ca-certificates.crt"
# A first start unpacks bundles and builds a database, 20 to 60 s; every test starts from a copy.
inside bash -c '
  export HOME=/opt/krita-home XDG_RUNTIME_DIR=/tmp/xdg
  mkdir -p -m 700 "$HOME/.config" /tmp/xdg
  printf "HideSplashScreen=true\n" > "$HOME/.config/kritarc"
  printf "import os\ndef __main__(_):\n    os._exit(0)\n" > /opt/warm.py
  PYTHONPATH=/opt QT_QPA_PLATFORM=offscreen timeout 300 kritarunner -s warm -f __main__ || true
  xvfb-run -a bash -c "
    krita --nosplash & krita=\$!
    for i in \$(seq 300); do
      sleep 1
      xdotool search --onlyvisible --class krita && break
    done
    sleep 10
    kill \$krita
    wait \$krita" || true
  rm -rf "$HOME/.cache" "$HOME"/.local/share/krita*.log' > "$root.log" 2>&1
echo "$recipe" > "$new/.overpaint"
rm -rf "$root"
mv "$new" "$root"
