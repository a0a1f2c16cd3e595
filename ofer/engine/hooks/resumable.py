"""A run that can be stopped anywhere and resumed as if it had not been stopped."""

import signal
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import torch
from mmengine.dist import all_gather_object, get_rank, get_world_size, is_main_process
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import BaseLoop, Runner
from torch import Tensor, nn

from ofer.engine.checkpoints.atomic_backend import AtomicBackend
from ofer.engine.finite import NonFiniteError
from ofer.engine.loops import ResumableEpochLoop, ResumableIterLoop, gradients_pending, resumable
from ofer.engine.resuming.signals import shielded
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.registry import HOOKS

NAME = 'progress.pth'


@HOOKS.register_module()
class ResumableHook(Hook):
    """Makes a resumed run equal, bit for bit, to an uninterrupted one.

    * The training loop becomes one of :mod:`ofer.engine.loops`, which can be entered within an epoch.
    * SIGTERM and SIGINT end the run after the current step, with a checkpoint, ``progress.pth``. During a validation they end it
      at once if the epoch's checkpoint exists; with several processes, or without that checkpoint, after it.
    * An interrupted validation is repeated when the run is resumed.
    * Batch statistics are saved for each process: within an epoch each process updates them on its own images.

    Equal are runs on the same machine, with the same number of processes and the same batch size; on GPUs also with
    ``randomness.deterministic``. With another number of processes the run continues at the same image, with the mean of the batch
    statistics over the processes.

    Args:
        interval: write ``progress.pth`` every ``interval`` iterations, for long epochs; None: only at the end of
            the epoch.
    """

    priority = 'LOWEST'  # what is saved is what the other hooks have left

    def __init__(self, interval: int | None = None) -> None:
        if interval is not None and interval < 1:
            raise ValueError(f'interval={interval}: expected a number of iterations from 1, or None')
        self.interval = interval
        self._due = False
        self._saved = -1
        self._resumed = False
        self._buffers: list[dict[str, Tensor]] = []

    def before_run(self, runner: Runner) -> None:
        """Replace the training loop by the resumable one."""
        if not isinstance(runner._train_loop, BaseLoop):  # only tests
            return
        runner._train_loop = loop = resumable(runner.train_loop)
        if not isinstance(loop, (ResumableEpochLoop, ResumableIterLoop)):
            MMLogger.get_current_instance().warning(
                f'ResumableHook does not know {type(loop).__name__}: resumes at the ends of epochs only'
            )
        if isinstance(runner._val_loop, BaseLoop):
            loader = runner._val_loop.dataloader
            loader.worker_init_fn = partial(shielded, loader.worker_init_fn)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Find the place within the epoch, and this process's batch statistics."""
        if not runner._resume:
            return
        meta = checkpoint['meta']
        self._resumed, self._saved = True, meta['iter']
        total, now = meta.get('total_batch'), total_batch(runner)
        done = meta.get('batches_done', 0)
        if total and now and total != now:
            done = done * total // now
            MMLogger.get_current_instance().warning(
                f'The checkpoint was written with {total} images a step, and this run has {now}: the schedule will not end where it '
                'should. Set train_dataloader.batch_size so that both are equal.'
            )
        if isinstance(runner.train_loop, ResumableEpochLoop):
            runner.train_loop.done = done
        buffers = checkpoint.pop('process_buffers', [])
        if buffers:
            checkpoint['state_dict'].update(buffers[get_rank()] if len(buffers) == get_world_size() else mean_buffers(buffers))

    def before_train(self, runner: Runner) -> None:
        """Clean up after a killed run, and make its missing validation."""
        if is_main_process():
            for rest in Path(runner.work_dir).glob('.*.pth.*.tmp'):
                rest.unlink(missing_ok=True)
        owed = self._resumed and runner.message_hub.runtime_info.get('last_validation') != runner.iter
        if owed and runner.val_loop is not None and getattr(runner.train_loop, 'validation_due', bool)():
            runner.val_loop.run()

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None) -> None:
        """Save if it is due or the run has to stop, and stop."""
        self._due |= self.interval is not None and (runner.iter + 1) % self.interval == 0
        received = self._received(runner)
        if not (received or self._due) or gradients_pending(runner.optim_wrapper):
            return
        if get_world_size() > 1 or self._saved != runner.iter + 1:  # CheckpointHook may have, and knows nothing of other processes' buffers
            self._save(runner, epoch=runner.epoch, iteration=runner.iter + 1)
        self._due = False
        self._leave(runner, received)

    def after_refused_iter(self, runner: Runner, whole: bool) -> None:
        """Save the state before a batch whose loss is not finite, if that state is still available.

        Args:
            runner: of the training.
            whole: no batch before this one waits for its step, and no part of the model has made one of this batch.
        """
        if whole:
            with suppress(NonFiniteError):
                self._save(runner, epoch=runner.epoch, iteration=runner.iter)
                runner.logger.info(f'The state before this batch is in {runner.work_dir}/{NAME}.')

    def before_val_epoch(self, runner: Runner) -> None:
        """Note the validation in what is saved from its end on."""
        runner.message_hub.update_info('last_validation', runner.iter)

    def after_val_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None) -> None:
        """Stop within a validation if nothing is lost."""
        if get_world_size() == 1 and self._saved == runner.iter:  # processes may have different numbers of batches
            self._leave(runner, self._received(runner))

    def after_val(self, runner: Runner) -> None:
        """Stop between a validation and the next epoch."""
        received = self._received(runner)
        if received:
            self._save(runner, epoch=runner.epoch, iteration=runner.iter)
            self._leave(runner, received)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Add the place within the epoch."""
        meta = checkpoint['meta']
        loop = runner.train_loop
        meta['batches_done'] = getattr(loop, 'done', 0) if meta['epoch'] == runner.epoch else 0
        meta['total_batch'] = total_batch(runner)
        if self._buffers:
            checkpoint['process_buffers'] = self._buffers
        if 'optimizer' in checkpoint:
            self._saved = meta['iter']

    def after_train_epoch(self, runner: Runner) -> None:
        """Remove ``progress.pth`` once a later checkpoint is there."""
        note, path = Path(runner.work_dir) / 'last_checkpoint', Path(runner.work_dir) / NAME
        if is_main_process() and path.is_file() and note.is_file() and Path(note.read_text(encoding='utf-8')).name != NAME:
            path.unlink()

    def _received(self, runner: Runner) -> int:
        stop = getattr(runner._train_loop, 'stop', None)
        return 0 if stop is None else stop.agreed()

    def _save(self, runner: Runner, epoch: int, iteration: int) -> None:
        own = {name: value.cpu() for name, value in moved_buffers(runner.model).items()} if get_world_size() > 1 else {}
        self._buffers = [buffers for buffers in all_gather_object(own) if buffers]
        meta = {'epoch': epoch, 'iter': iteration}
        runner.save_checkpoint(runner.work_dir, NAME, meta=meta, backend_args={'backend': 'atomic'})
        self._buffers = []
        if is_main_process():
            path = Path(runner.work_dir) / NAME
            AtomicBackend().put(str(path).encode(), path.with_name('last_checkpoint'))

    def _leave(self, runner: Runner, received: int) -> None:
        """End the process with the status that shells give to the signal."""
        if received:
            note = Path(runner.work_dir) / 'last_checkpoint'
            path = note.read_text(encoding='utf-8') if note.is_file() else runner.work_dir
            runner.logger.info(
                f'Stopped by {signal.Signals(received).name} after iteration {self._saved}. Nothing is lost: '
                f'resume from {path} with --resume.'
            )
            train: Any = runner._train_loop
            for loader in (train.batches.loader, getattr(runner._val_loop, 'dataloader', None)):
                if loader is not None:
                    loader._iterator = None  # ends workers that wait for the next epoch; left to Python's exit, each may take seconds
            raise SystemExit(128 + received)


def total_batch(runner: Runner) -> int | None:
    """Images of a step, over all processes; None if the loader does not state it."""
    size = getattr(runner.train_dataloader.batch_sampler, 'batch_size', None)
    return size and size * get_world_size()


def moved_buffers(model: nn.Module) -> dict[str, Tensor]:
    """The saved buffers that training may move; frozen parts, in eval mode, do not move theirs."""
    bare = unwrap_model(model)
    training = {f'{prefix}.{name}'.lstrip('.') for prefix, module in bare.named_modules() if module.training for name in module._buffers}
    return {name: value for name, value in bare.state_dict().items() if name in training}


def mean_buffers(processes: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Buffers averaged over processes, as ``SyncBuffersHook`` does at the end of an epoch; integers are taken from the first process."""
    return {
        name: torch.stack([buffers[name] for buffers in processes]).mean(0) if value.is_floating_point() else value
        for name, value in processes[0].items()
    }
