#!/bin/sh
# Writes the digests of the images that the containers are made of into deploy/.env:
#
#     deploy/pin-images.sh            (ENGINE=podman for Podman)
#
# A tag can be moved to another image; a digest names one image for good. Run it again to take over
# security updates of the images, then build.
set -eu
ENGINE=${ENGINE:-docker}
FILE=${1:-$(dirname "$0")/.env}
[ -f "$FILE" ] || { echo "$FILE is not there: copy deploy/example.env" >&2; exit 1; }

made=$(mktemp "$FILE.XXXXXX")
trap 'rm -f "$made"' EXIT
grep -vE '^(PYTHON|POSTGRES|CADDY)_IMAGE=' "$FILE" > "$made" || true
for pair in PYTHON=python:3.13-slim POSTGRES=postgres:17 CADDY=caddy:2; do
  tag=${pair#*=}
  "$ENGINE" pull --quiet "$tag" > /dev/null
  digest=$("$ENGINE" image inspect --format '{{index .RepoDigests 0}}' "$tag")
  case $digest in
    *@sha256:*) echo "${pair%%=*}_IMAGE=$digest" >> "$made" ;;
    *) echo "$ENGINE tells no digest of $tag; nothing has been changed" >&2; exit 1 ;;
  esac
done
chmod 600 "$made"
mv "$made" "$FILE"
trap - EXIT
grep -E '^(PYTHON|POSTGRES|CADDY)_IMAGE=' "$FILE"
