"""Starts the process group of a training without a GPU."""

import os

import torch
from mmengine.config import Config
from mmengine.model import BaseModel

from ofer.messages import UsageError
from ofer.registry import MODELS
from ofer.running import end_processes, run

__all__ = ['UsageError', 'end_processes', 'run', 'start_processes']


def start_processes(config: Config) -> None:
    """Open the process group and choose the model wrapper without a GPU; the launcher of mmengine needs one.

    Raises:
        ValueError: the environment of the launcher is missing, there is no GPU for slurm or mpi, or DDP does not fit the model.
    """
    if config.launcher == 'none':
        return
    own_steps = getattr(MODELS.get(config.model.type), 'train_step', None) is not BaseModel.train_step
    if own_steps and not config.get('model_wrapper_cfg'):
        raise ValueError(
            f"{config.model.type} makes its own steps, which DDP does not support: set model_wrapper_cfg = dict(type='AveragedGradients')"
        )
    if config.launcher != 'pytorch':
        if not torch.cuda.is_available():
            raise ValueError(
                f'--launcher {config.launcher}: it needs a GPU for each process, and there is none. Without a GPU, start the '
                'processes with torchrun; they communicate over gloo: `torchrun --nproc-per-node N -m ofer train ... --launcher pytorch`'
            )
        return
    if 'RANK' not in os.environ:
        raise ValueError('--launcher pytorch: start with `torchrun --nproc-per-node N -m ofer train ... --launcher pytorch`')
    if torch.cuda.is_available():
        return
    torch.distributed.init_process_group('gloo')
    if not config.get('model_wrapper_cfg'):
        unused = config.get('find_unused_parameters', False)
        config.model_wrapper_cfg = {
            'type': 'MMDistributedDataParallel',
            'device_ids': None,
            'broadcast_buffers': False,  # as mmengine does on GPUs: SyncBuffersHook averages them
            'find_unused_parameters': unused,
        }
