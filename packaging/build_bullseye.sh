#!/bin/sh
# Builds on Debian 11, whose glibc is older, so that the result also runs on systems as old as 2.31 (see docs/packaging.md).
# As root, with debootstrap and a reachable Debian mirror: packaging/build_bullseye.sh FOLDER [MIRROR]
# FOLDER/bullseye becomes a Debian 11 with a Python 3.11 compiled from Debian 12's source; dist/ of the checkout in it is the result.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
mirror=${2:-$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)}
tree=$folder/bullseye

[ -x "$tree/usr/bin/apt-get" ] || debootstrap --variant=minbase bullseye "$tree" "$mirror"
cp /etc/resolv.conf /etc/hosts "$tree/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$tree/opt/trusted-here.crt"
echo "deb-src [trusted=yes] $mirror bookworm main" > "$tree/etc/apt/sources.list.d/bookworm-source.list"
rm -rf "$tree/opt/tineng"
git clone -q "$here" "$tree/opt/tineng"
mount -t proc proc "$tree/proc"
trap 'umount "$tree/proc"' EXIT

cat > "$tree/opt/build.sh" <<'INSIDE'
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends build-essential ca-certificates dpkg-dev git zlib1g-dev libffi-dev libssl-dev libbz2-dev \
    liblzma-dev libsqlite3-dev uuid-dev libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0 libxcb-icccm4 \
    libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxcb-randr0 libxcb-xfixes0 libxcb-sync1 libxkbcommon-x11-0 libgssapi-krb5-2
if [ ! -x /opt/python/bin/python3.11 ]; then
    mkdir -p /opt/source && cd /opt/source
    apt-get source -qq --download-only python3.11
    tar xf python3.11_*.orig.tar.* --strip-components=1
    ./configure --prefix=/opt/python --enable-shared LDFLAGS=-Wl,-rpath,/opt/python/lib > /dev/null
    make -s -j"$(nproc)" > /dev/null 2>&1
    make -s install > /dev/null 2>&1
fi
cd /opt/tineng
/opt/python/bin/python3.11 -m venv .venv
.venv/bin/python -m pip install --quiet --require-hashes -r packaging/requirements-old-glibc.txt
.venv/bin/python packaging/build.py
INSIDE
# The proxy and the certificates that are in force here hold inside too.
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/opt LC_ALL=C.UTF-8 \
    PIP_CERT=/opt/trusted-here.crt $(env | grep -iE '^(https?_proxy|no_proxy|PIP_DEFAULT_TIMEOUT)=' || true) nice chroot "$tree" sh /opt/build.sh
ls -l "$tree/opt/tineng/dist"
