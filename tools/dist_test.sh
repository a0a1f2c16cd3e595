#!/usr/bin/env bash
# Test with several processes on this machine, one a GPU, or on CPUs where there is none; every image counts once:
#   tools/dist_test.sh CONFIG CHECKPOINT PROCESSES [what tools/test.py takes]
set -euo pipefail
if [ $# -lt 3 ]; then
    sed -n '2,3s/^# //p' "$0" >&2
    exit 2
fi
config=$1 checkpoint=$2 processes=$3
shift 3
exec "${PYTHON:-python}" -m torch.distributed.run --standalone --nproc-per-node "$processes" \
    "$(dirname "$0")/test.py" "$config" "$checkpoint" --launcher pytorch "$@"
