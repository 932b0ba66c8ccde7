#!/usr/bin/env bash
# Regenerates every fixture under test/fixtures from JAX and optax themselves, byte for byte the same on each run:
#   npm run oracle [-- primitives optax_ ...]
# FLUXION_ORACLE_PYTHON names an interpreter that already has the packages, and skips the environment.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/environment.sh"
python="${FLUXION_ORACLE_PYTHON:-$(python_environment "$here/requirements.txt")}"
export JAX_PLATFORMS=cpu PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
# Every generator is a program of its own; family.py and fixture.py are what they share.
[ $# -gt 0 ] || set -- $(cd "$here" && ls ./*.py | sed 's|^./||; s|[.]py$||' | grep -vx 'family\|fixture')
for generator in "$@"; do
  "$python" "$here/$generator.py"
done
