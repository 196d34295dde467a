#!/usr/bin/env bash
# Lets cargo-deny work offline: unpacks the newest advisory-db-YYYY-MM-DD.tar.gz that lies in ../shared (or in the folder
# that ADVISORIES names) to where deny.toml looks. Without one, cargo-deny fetches the database itself.
set -euo pipefail
cd "$(dirname "$0")/.."
# cargo-deny names the folder after the database's address, and reads its age from its last commit.
database=.local/advisory-db/advisory-db-3157b0e258782691
archive=$(find "${ADVISORIES:-../shared}/" -maxdepth 1 -name 'advisory-db-*.tar.gz' 2>/dev/null | sort | tail -n 1 || true)
[ -n "$archive" ] || exit 0
day=$(basename "$archive" .tar.gz)
day=${day#advisory-db-}
[ "$(cat "$database.day" 2>/dev/null)" != "$day" ] || exit 0
rm -rf "$database"
mkdir -p "$database"
tar -xzf "$archive" --strip-components=1 -C "$database"
git -C "$database" init --quiet
git -C "$database" add --all
GIT_COMMITTER_DATE="${day}T00:00:00Z" git -C "$database" -c user.name=advisories -c user.email=advisories@localhost \
  commit --quiet --message "As of $day" --date "${day}T00:00:00Z"
echo "$day" > "$database.day"
echo "Unpacked the advisories of $day"
