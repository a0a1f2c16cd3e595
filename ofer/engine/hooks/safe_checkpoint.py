"""Checkpoints: the last good one is never lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

import ofer
from ofer.engine.loops import gradients_pending
from ofer.registry import HOOKS


class _LateRemovals:
    """A file backend that notes what to remove."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.noted: list[str] = []

    def remove(self, path: str) -> None:
        self.noted.append(path)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.backend, name)


@HOOKS.register_module()
class SafeCheckpointHook(CheckpointHook):
    """mmengine's hook, but an old file is removed only after its successor is written, and files are replaced atomically.

    A full disk, or a run killed during writing, therefore never loses the last or the best checkpoint. Checkpoints by iterations
    wait for the end of a gradient accumulation.

    Args:
        **kwargs: those of :class:`mmengine.hooks.CheckpointHook`; ``backend_args`` is set here.
    """

    file_backend: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{'backend_args': {'backend': 'atomic'}, **kwargs})
        self._due = False

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Note the version of this library."""
        del runner
        checkpoint['meta']['ofer_version'] = ofer.__version__

    def every_n_train_iters(self, runner: Runner, n: int, start: int = 0) -> bool:
        """Whether to save after this iteration: not within an accumulation, whose gradients are in no checkpoint, but at its end."""
        self._due |= super().every_n_train_iters(runner, n, start)
        if gradients_pending(runner.optim_wrapper):
            return False
        due, self._due = self._due, False
        return due

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict[str, Any]) -> None:
        with self._late_removals():
            super()._save_checkpoint_with_step(runner, step, meta)

    def _save_best_checkpoint(self, runner: Runner, metrics: dict[str, Any]) -> None:
        with self._late_removals():
            super()._save_best_checkpoint(runner, metrics)

    @contextmanager
    def _late_removals(self) -> Iterator[None]:
        backend = self.file_backend
        self.file_backend = late = _LateRemovals(backend)
        try:
            yield
        finally:
            self.file_backend = backend
        best = [getattr(self, 'best_ckpt_path', None), *getattr(self, 'best_ckpt_path_dict', {}).values()]
        for path in late.noted:
            if path not in (self.last_ckpt, *best):  # not a newer file of the same name
                Path(path).unlink(missing_ok=True)
