#!/usr/bin/env bash
# Runs a peer program with pinned versions, in a virtual environment of its own in the cache folder:
#   bench/peers/jax/run.sh graphcast.py --graph graph.npz
# FLUXION_PEER_PYTHON names an interpreter that already has the packages, and skips the environment.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/../../../test/oracle/environment.sh"
cd "$here"
python="${FLUXION_PEER_PYTHON:-$(python_environment "$here/requirements.txt")}"
exec "$python" "$@"
