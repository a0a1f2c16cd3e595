#!/usr/bin/env bash
# Train with several processes on this machine, one a GPU, or on CPUs where there is none:
#   tools/dist_train.sh CONFIG PROCESSES [what tools/train.py takes]
# On several machines: NNODES, NODE_RANK, MASTER_ADDR and MASTER_PORT say which one this is.
set -euo pipefail
if [ $# -lt 2 ]; then
    sed -n '2,4s/^# //p' "$0" >&2
    exit 2
fi
config=$1 processes=$2
shift 2
if [ "${NNODES:-1}" -gt 1 ]; then
    where=(--nnodes "$NNODES" --node-rank "${NODE_RANK:?which of the machines is this, from 0}"
        --master-addr "${MASTER_ADDR:?address of machine 0}" --master-port "${MASTER_PORT:-29500}")
else
    where=(--standalone)
fi
exec "${PYTHON:-python}" -m torch.distributed.run "${where[@]}" --nproc-per-node "$processes" \
    "$(dirname "$0")/train.py" "$config" --launcher pytorch "$@"
