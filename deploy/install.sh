#!/bin/sh
# Installs this checkout on a server with systemd, the first time or as an upgrade:
#
#     sudo deploy/install.sh
#
# An upgrade looks first whether the new version can start at all, tries the migrations on a copy, makes
# a backup, and only then changes units and lets the new version take over. If that does not come up,
# everything is put back as it was. Every version has a folder of its own in /opt/clamour/releases; the
# last three stay.
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
unchanged() { fail "$*; nothing has been changed"; }

. "$SOURCE/deploy/secrets.sh"

as_service() {
  if [ "$(id -un)" = "$SERVICE_USER" ]; then "$@"; else runuser -u "$SERVICE_USER" -- "$@"; fi
}

# The command of one version, with the token, as the service's user.
clamour_of() {
  version=$1; shift
  ( cd "$ETC" && export_settings && as_service "$version/bin/clamour" "$@" )
}

# What secrets.env says; a variable that is set already stays, as for trying the migrations on a copy.
export_settings() {
  copy_of_database=${CLAMOUR_STORAGE__URL:-}
  export_secrets "$ETC/secrets.env" || return 1
  [ -z "$copy_of_database" ] || export CLAMOUR_STORAGE__URL="$copy_of_database"
  [ ! -s "$ETC/bot-token" ] || export CLAMOUR_TELEGRAM_TOKEN="$(cat "$ETC/bot-token")"
}

engine() {
  ( export_settings && as_service "$1/bin/python" -c '
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

# Whatever can be wrong with the machine and its files is found before anything is done.
examine() {
  must_be_private "$ETC/bot-token" || unchanged "the token can be read by others"
  ( export_secrets "$ETC/secrets.env" ) || unchanged "$ETC/secrets.env cannot be used"
  "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
    unchanged "needs Python 3.11, 3.12 or 3.13 (name one: PYTHON=python3.12 $0)"
}

# Only what a first installation has to have; an upgrade finds it all there.
prepare() {
  if ! id "$SERVICE_USER" >/dev/null 2>&1; then
    useradd --system --home-dir "$HOME_OF_SERVICE" --shell /usr/sbin/nologin "$SERVICE_USER"
  fi
  mkdir -p "$ETC" "$UNITS" "$STATE" "$BACKUPS"
  group=$(id -gn "$SERVICE_USER")
  chown "$SERVICE_USER:$group" "$STATE" "$BACKUPS"
  chmod 700 "$STATE" "$BACKUPS"
}

# Pairs of a file of this checkout and where it goes.
parts() {
  for unit in clamour.service clamour@.service clamour.target; do
    echo "systemd/$unit $UNITS/$unit"
  done
  for role in "$SOURCE"/deploy/systemd/roles/*.env; do
    [ -e "$ETC/roles/$(basename "$role")" ] || echo "systemd/roles/$(basename "$role") $ETC/roles/$(basename "$role")"
  done
  echo "secrets.sh $DESTDIR/usr/local/lib/clamour/secrets.sh"
  echo "clamour $DESTDIR/usr/local/bin/clamour"
}

# Put units and the command in place, and keep what was there: put_back brings it back.
place() {
  kept=$(mktemp -d)
  parts > "$kept/parts"
  while read -r from to; do
    [ ! -e "$to" ] || { mkdir -p "$kept$(dirname "$to")" && cp -p "$to" "$kept$to"; } || return 1
  done < "$kept/parts"
  while read -r from to; do
    mode=644; [ "$from" != clamour ] || mode=755
    install -D -m "$mode" "$SOURCE/deploy/$from" "$to" || return 1
  done < "$kept/parts"
  systemctl daemon-reload
}

put_back() {
  while read -r _ to; do
    if [ -e "$kept$to" ]; then cp -p "$kept$to" "$to"; else rm -f "$to"; fi
  done < "$kept/parts"
  systemctl daemon-reload
}

build() {
  mkdir -p "$RELEASES"
  new=$RELEASES/$(date -u +%Y%m%dT%H%M%SZ)
  say "building $new"
  trap 'drop "$new"; echo "clamour: it could not be built; nothing has been changed" >&2' EXIT
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
  clamour_of "$old" backup --config "$CONFIG" --to "$try" || { drop "$new"; unchanged "no backup can be made"; }
  if ! ( export CLAMOUR_STORAGE__URL="sqlite+aiosqlite:///$try"
         clamour_of "$new" db upgrade --config "$CONFIG" ); then
    rm -f "$try"*; drop "$new"
    unchanged "the new version cannot migrate this database"
  fi
  rm -f "$try"*
  say "stopping, and making a backup"
  systemctl stop clamour.service
  if ! clamour_of "$old" backup --config "$CONFIG" --to "$copy"; then
    systemctl start clamour.service
    drop "$new"; fail "no backup can be made; the old version was stopped, and runs again as before"
  fi
  place || {
    put_back; systemctl start clamour.service; drop "$new"
    fail "the units cannot be put in place; they are as before, and the old version runs again"
  }
  switch_to "$new"
  say "starting the new version"
  if systemctl start clamour.service; then
    rm -rf "$kept"
    say "done; the backup from before is $copy"
    return
  fi
  say "the new version does not come up: putting everything back"
  systemctl stop clamour.service || true
  switch_to "$old"
  put_back
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
    { drop "$new"; unchanged "no backup can be made"; }
  clamour_of "$new" db upgrade --config "$CONFIG" ||
    { drop "$new"; unchanged "the database could not be brought up to date"; }
  place || {
    put_back; drop "$new"
    fail "the units cannot be put in place; they are as before, and the old version runs on the database
  as the new one has brought it up to date. The backup from before is $copy"
  }
  switch_to "$new"
  for unit in $(units); do
    say "starting $unit anew"
    systemctl restart "$unit" || fail "$unit does not come up: journalctl -u $unit. The others go on.
  The database, the units and $CURRENT are the new version's; the units from before are in $kept.
  Back to the old version: stop all, pg_restore --clean --if-exists --no-owner --single-transaction
  with $copy, ln -sfn $old $CURRENT, start all."
  done
  rm -rf "$kept"
  say "done; the backup from before is $copy"
}

examine
old=$(readlink -f "$CURRENT" 2>/dev/null || true)
build
if [ ! -f "$CONFIG" ] || [ -z "$old" ] || [ ! -x "$old/bin/clamour" ]; then
  prepare
  place
  switch_to "$new"
  say "installed. Next: clamour init, clamour check, systemctl enable --now clamour"
  exit 0
fi
clamour_of "$new" check --config "$CONFIG" || { drop "$new"; unchanged "the new version finds fault"; }
url=$(engine "$new") || { drop "$new"; unchanged "the configuration cannot be read"; }
case "$url" in
  sqlite*) upgrade_sqlite "$old" "$new" ;;
  *) upgrade_postgresql "$old" "$new" "$url" ;;
esac
tidy
