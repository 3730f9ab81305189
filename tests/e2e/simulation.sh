#!/usr/bin/env bash
# 500 seeds of the simulation (docs/testing.md).
set -uo pipefail
cd "$(dirname "$0")/../.."
exec script/simulate --seeds "${OBHUT_SIMULATION_SEEDS:-500}" --from "${OBHUT_SIMULATION_FROM:-1}"
