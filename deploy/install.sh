#!/bin/sh
# Installs this checkout on a server with systemd, the first time or as an upgrade:
#
#     sudo deploy/install.sh
#
# An upgrade looks first whether the new version can start at all, tries the migrations on a copy, makes
# a backup, and only then lets the new version take over. If that does not come up, everything is put
# back as it was. Every version has a folder of its own in /opt/clamour/releases; the last three stay.
set -eu
umask 022

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
DESTDIR=${DESTDIR:-}
PYTHON=${PYTHON:-python3}
SERVICE_USER=${SERVICE_USER:-clamour}

RELEASES=$DESTDIR/opt/clamour/releases
CURRENT=$DESTDIR/opt/clamour/current
ETC=$DESTDIR/etc/clamour
STATE=$DESTDIR/var/lib/clamour
BACKUPS=$DESTDIR/var/backups/clamour
UNITS=$DESTDIR/etc/systemd/system
CONFIG=$ETC/config.toml
KEEP=3
HOME_OF_SERVICE=${STATE#"$DESTDIR"}

say() { echo "clamour: $*"; }
fail() { echo "clamour: $*" >&2; exit 1; }

as_service() {
  if [ "$(id -un)" = "$SERVICE_USER" ]; then "$@"; else runuser -u "$SERVICE_USER" -- "$@"; fi
}

# The command of one version, with the token, as the service's user.
clamour_of() {
  version=$1; shift
  token=$(cat "$ETC/bot-token" 2>/dev/null || true)
  (
    cd "$ETC"
    set -a
    [ ! -f "$ETC/secrets.env" ] || . "$ETC/secrets.env"
    [ -z "$token" ] || CLAMOUR_TELEGRAM_TOKEN=$token
    set +a
    as_service "$version/bin/clamour" "$@"
  )
}

engine() {
  ( set -a; [ ! -f "$ETC/secrets.env" ] || . "$ETC/secrets.env"; set +a
    CLAMOUR_TELEGRAM_TOKEN=$(cat "$ETC/bot-token") as_service "$1/bin/python" -c '
import sys
from pathlib import Path
from bot.config import load
print(load(Path(sys.argv[1])).storage.url)' "$CONFIG" )
}

# What of ours is to run: one unit that does everything, or several with roles.
units() {
  wanted=$(systemctl list-units --plain --no-legend --all 'clamour@*.service' 2>/dev/null | cut -d' ' -f1)
  echo "${wanted:-clamour.service}"
}

prepare() {
  if ! id "$SERVICE_USER" >/dev/null 2>&1; then
    useradd --system --home-dir "$HOME_OF_SERVICE" --shell /usr/sbin/nologin "$SERVICE_USER"
  fi
  mkdir -p "$RELEASES" "$ETC" "$UNITS" "$STATE" "$BACKUPS"
  group=$(id -gn "$SERVICE_USER")
  chown "$SERVICE_USER:$group" "$STATE" "$BACKUPS"
  chmod 700 "$STATE" "$BACKUPS"
  for unit in clamour.service clamour@.service clamour.target; do
    cp "$SOURCE/deploy/systemd/$unit" "$UNITS/$unit"
  done
  mkdir -p "$ETC/roles"
  for role in "$SOURCE"/deploy/systemd/roles/*.env; do
    [ -e "$ETC/roles/$(basename "$role")" ] || cp "$role" "$ETC/roles/"
  done
  install -D -m 755 "$SOURCE/deploy/clamour" "$DESTDIR/usr/local/bin/clamour"
  systemctl daemon-reload
}

build() {
  new=$RELEASES/$(date -u +%Y%m%dT%H%M%SZ)
  say "building $new"
  "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
    fail "needs Python 3.11, 3.12 or 3.13; name one: PYTHON=python3.12 $0"
  trap 'drop "$new"' EXIT  # a half-built one is of no use
  "$PYTHON" -m venv "$new"
  "$new/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$SOURCE/deploy/requirements.lock"
  "$new/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation "$SOURCE"
  trap - EXIT
}

switch_to() {
  ln -sfn "$1" "$CURRENT.new"
  mv -T "$CURRENT.new" "$CURRENT"
}

drop() { rm -rf "$1"; }

tidy() {
  now=$(readlink -f "$CURRENT")
  ls -1d "$RELEASES"/* | sort -r | tail -n +$((KEEP + 1)) | while read -r old; do
    [ "$old" = "$now" ] || drop "$old"
  done
}

# SQLite: one process. It is stopped, copied as it then is, and started in the new version.
upgrade_sqlite() {
  old=$1 new=$2
  stamp=$(date -u +%Y%m%dT%H%M%SZ)
  try=$BACKUPS/try-$stamp.db
  copy=$BACKUPS/before-$(basename "$new").db
  say "trying the migrations on a copy"
  clamour_of "$old" backup --config "$CONFIG" --to "$try" || { drop "$new"; fail "no backup can be made; nothing has been changed"; }
  if ! ( export CLAMOUR_STORAGE__URL="sqlite+aiosqlite:///$try"
         clamour_of "$new" db upgrade --config "$CONFIG" ); then
    rm -f "$try"*; drop "$new"
    fail "the new version cannot migrate this database; nothing has been changed"
  fi
  rm -f "$try"*
  say "stopping, and making a backup"
  systemctl stop clamour.service
  if ! clamour_of "$old" backup --config "$CONFIG" --to "$copy"; then
    systemctl start clamour.service
    drop "$new"; fail "no backup can be made; the old version runs as before"
  fi
  switch_to "$new"
  say "starting the new version"
  if systemctl start clamour.service; then
    say "done; the backup from before is $copy"
    return
  fi
  say "the new version does not come up: putting everything back"
  systemctl stop clamour.service || true
  switch_to "$old"
  clamour_of "$old" restore "$copy" --replace --config "$CONFIG"
  systemctl start clamour.service
  drop "$new"
  fail "the old version runs again, with everything it had. What was wrong: journalctl -u clamour"
}

# The address goes by the environment: arguments can be seen by everybody on the machine.
dump() {
  ( export CLAMOUR_ADDRESS_OF_DUMP="$2"
    as_service "$1/bin/python" -c '
import os, sys
from urllib.parse import unquote, urlsplit
to = urlsplit(os.environ.pop("CLAMOUR_ADDRESS_OF_DUMP"))
names = {"PGHOST": to.hostname, "PGPORT": to.port, "PGUSER": to.username, "PGPASSWORD": to.password}
os.environ.update({name: unquote(str(value)) for name, value in names.items() if value})
os.environ["PGDATABASE"] = to.path.strip("/")
os.umask(0o077)
os.execvp("pg_dump", ["pg_dump", "--format=custom", "--file=" + sys.argv[1]])' "$3" )
}

# PostgreSQL: old processes go on while the database is brought up to date; then each is started anew.
upgrade_postgresql() {
  old=$1 new=$2 url=$3
  copy=$BACKUPS/before-$(basename "$new").dump
  say "making a backup"
  dump "$new" "$url" "$copy" ||
    { drop "$new"; fail "no backup can be made; nothing has been changed"; }
  clamour_of "$new" db upgrade --config "$CONFIG" ||
    { drop "$new"; fail "the database could not be brought up to date; nothing has been changed"; }
  switch_to "$new"
  for unit in $(units); do
    say "starting $unit anew"
    systemctl restart "$unit" || fail "$unit does not come up: journalctl -u $unit. The others go on.
  Back to the old version: stop all, pg_restore --clean --if-exists --no-owner --single-transaction
  with $copy, ln -sfn $old $CURRENT, start all."
  done
  say "done; the backup from before is $copy"
}

prepare
old=$(readlink -f "$CURRENT" 2>/dev/null || true)
build
if [ ! -f "$CONFIG" ] || [ -z "$old" ] || [ ! -x "$old/bin/clamour" ]; then
  switch_to "$new"
  say "installed. Next: clamour init, clamour check, systemctl enable --now clamour"
  exit 0
fi
clamour_of "$new" check --config "$CONFIG" || { drop "$new"; fail "the new version finds fault; nothing has been changed"; }
url=$(engine "$new")
case "$url" in
  sqlite*) upgrade_sqlite "$old" "$new" ;;
  *) upgrade_postgresql "$old" "$new" "$url" ;;
esac
tidy
