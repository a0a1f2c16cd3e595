"""Stops a training with a non-finite loss or weight before it reaches a checkpoint."""

from typing import Any

import torch
from mmengine.dist import all_gather_object, all_reduce
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

from ofer.engine.finite import NonFiniteError, NonFiniteLossError, files_of
from ofer.engine.testing.unwrapping import unwrap_model
from ofer.registry import HOOKS


@HOOKS.register_module()
class FiniteLossHook(Hook):
    """Ends the run when a loss is not finite, before the optimiser step; the message lists the files of the batch.

    Every loss that passes through ``parse_losses`` of the model is checked. mmengine's ``train_step`` calls it; a custom ``train_step``
    must call it too. ``ResumableHook`` saves the state before the batch as ``progress.pth``, unless gradients are being accumulated or
    another part of the model has made its step. Non-finite weights are never saved; a non-finite gradient can cause them although the
    loss is finite.

    Raises:
        NonFiniteError: a loss, or a weight that is to be saved, is not finite.
    """

    priority = 'VERY_HIGH'

    def __init__(self) -> None:
        self._batch: Any = None
        self._where = ''
        self._kept: list[tuple[Tensor, Tensor]] = []

    def before_train(self, runner: Runner) -> None:
        """Start to check the losses. Not earlier: copies of the model would be checked too."""
        model = unwrap_model(runner.model)
        parse = model.parse_losses

        def parse_losses(losses: dict[str, Any]) -> tuple[Tensor, dict[str, Tensor]]:
            total, log = parse(losses)
            self._check(total)
            return total, log

        model.parse_losses = parse_losses

    def after_train(self, runner: Runner) -> None:
        """Stop checking."""
        del unwrap_model(runner.model).parse_losses

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Keep the state before the batch, and the names of its files."""
        self._batch = data_batch
        self._where = f'epoch {runner.epoch + 1}, iteration {runner.iter + 1}'
        buffers = [b for module in runner.model.modules() if module.training for b in module._buffers.values() if b is not None]
        if [id(b) for b in buffers] != [id(b) for b, _ in self._kept]:
            self._kept = [(b, b.clone()) for b in buffers]
        for dtype in {b.dtype for b in buffers}:  # one launch for many buffers
            now, kept = zip(*((b, old) for b, old in self._kept if b.dtype == dtype), strict=True)
            torch._foreach_copy_(kept, now)

    def after_refused_iter(self, runner: Runner, whole: bool) -> None:
        """Restore the state before the batch."""
        with torch.no_grad():
            for buffer, old in self._kept:
                buffer.copy_(old)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Raise if weights are not finite."""
        weights = unwrap_model(runner.model).named_parameters()
        bad = [name for name, value in weights if value.requires_grad and not torch.isfinite(value).all()]
        if bad:
            raise NonFiniteError(
                f'{self._where}: {len(bad)} of the weights are not finite, {bad[0]} first, so nothing is saved. Checkpoints written before '
                'are untouched. Lower the learning rate, or clip gradients with optim_wrapper.clip_grad.'
            )

    def _check(self, total: Tensor) -> None:
        bad = (~torch.isfinite(total)).to(torch.int64)
        all_reduce(bad, op='max')  # all processes stop together: one that waits for another's gradients would hang
        if not bad:
            return
        here = [] if torch.isfinite(total) else files_of(self._batch) or ['(the data samples name no files)']
        files = [file for process in all_gather_object(here) for file in process]
        raise NonFiniteLossError(
            f'{self._where}: the loss is not finite. No step was made of it, and checkpoints written before are untouched. '
            f'Its files:\n  ' + '\n  '.join(files)
        )
