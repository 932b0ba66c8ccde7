#!/usr/bin/env bash
# Regenerates every fixture under test/fixtures from JAX and optax themselves, byte for byte the same on each run:
#   npm run oracle [-- primitives optax_ ...]
# FLUXION_ORACLE_PYTHON names an interpreter that already has the packages, and skips the environment.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/environment.sh"
python="${FLUXION_ORACLE_PYTHON:-$(python_environment "$here/requirements.txt")}"
export JAX_PLATFORMS=cpu PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
<<<<<<< HEAD
[ $# -gt 0 ] || set -- primitives promotion random_ transforms optax_ nn
=======
[ $# -gt 0 ] || set -- primitives promotion random_ transforms collectives jet optax_
>>>>>>> f4a187b (Collectives inside vmap: psum, pmean, pmax, pmin, allGather, psumScatter, ppermute, pshuffle, allToAll, axisIndex, axisSize)
for generator in "$@"; do
  "$python" "$here/$generator.py"
done
