#!/usr/bin/env bash
# Train under Slurm, one process a GPU, 8 a machine unless GPUS_PER_NODE says otherwise:
#   tools/slurm_train.sh PARTITION JOB_NAME CONFIG GPUS [what tools/train.py takes]
# SRUN_ARGS holds more for srun. Give --resume, so that a job that is put back into the queue goes on where it stopped.
set -euo pipefail
if [ $# -lt 4 ]; then
    sed -n '2,4s/^# //p' "$0" >&2
    exit 2
fi
partition=$1 job=$2 config=$3 gpus=$4
shift 4
each=${GPUS_PER_NODE:-8}
if [ "$gpus" -lt "$each" ]; then each=$gpus; fi
# shellcheck disable=SC2086  # SRUN_ARGS are several words
exec srun --partition "$partition" --job-name "$job" --gres "gpu:$each" --ntasks "$gpus" --ntasks-per-node "$each" \
    --cpus-per-task "${CPUS_PER_TASK:-5}" --kill-on-bad-exit=1 --signal TERM@120 ${SRUN_ARGS:-} \
    "${PYTHON:-python}" -u "$(dirname "$0")/train.py" "$config" --launcher slurm "$@"
