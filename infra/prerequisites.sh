#!/usr/bin/env bash
# Names every missing prerequisite with its remedy, or says nothing. `prerequisites.sh test` asks for a browser too.
set -u
missing=0
need() { # what, remedy
  printf 'Missing: %s\n  Remedy: %s\n' "$1" "$2" >&2
  missing=1
}
at_least() { # wanted, found: both dotted versions
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

rust=$(cargo --version 2>/dev/null | cut -d' ' -f2)
if [ -z "$rust" ]; then
  need 'Rust 1.95 or later' 'https://rustup.rs, then: rustup toolchain install stable --component clippy,rustfmt'
elif ! at_least 1.95 "$rust"; then
  need "Rust 1.95 or later (found $rust)" 'rustup update stable'
fi
command -v cc >/dev/null || need 'a C linker (cc)' 'apt-get install build-essential'
if ! "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  need 'Python 3.11 or later' 'apt-get install python3 python3-venv, or say which: make run PYTHON=/path/to/python3.11'
elif ! "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; then
  need "Python's venv module" 'apt-get install python3-venv'
fi
node=$(node --version 2>/dev/null)
if [ -z "$node" ]; then
  need 'Node 20 or later' 'apt-get install nodejs npm, or https://nodejs.org'
elif ! at_least 20 "${node#v}"; then
  need "Node 20 or later (found $node)" 'https://nodejs.org'
fi
command -v npm >/dev/null || need 'npm' 'apt-get install npm'

if [ "${1:-run}" = test ]; then
  cargo clippy --version >/dev/null 2>&1 || need 'clippy' 'rustup component add clippy'
  cargo fmt --version >/dev/null 2>&1 || need 'rustfmt' 'rustup component add rustfmt'
  if ! command -v "${CHROMIUM:-chromium}" >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      echo 'Installing chromium and fonts for the browser tests'
      apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu fonts-liberation >/dev/null
    fi
    command -v "${CHROMIUM:-chromium}" >/dev/null ||
      need 'Chromium, for the browser tests' 'apt-get install chromium fonts-dejavu fonts-liberation, or say where: make test CHROMIUM=/path'
  fi
fi
exit $missing
