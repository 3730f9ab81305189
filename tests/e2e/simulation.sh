#!/usr/bin/env bash
# 500 seeds of the simulation, restores from older backups among what happens (docs/testing.md).
set -uo pipefail
cd "$(dirname "$0")/../.."
exec script/simulate --seeds "${OBHUT_SIMULATION_SEEDS:-500}" --from "${OBHUT_SIMULATION_FROM:-1}"
