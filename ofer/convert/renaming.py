"""Renames the parameters of a checkpoint and reports each one on both sides: mapped, dropped, filled, unexplained, missing, misshapen."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from mmengine.registry import DefaultScope
from torch import Tensor

from ofer.models.layers.weights import training_only
from ofer.registry import MODELS, SCOPE

State = dict[str, Tensor]
Rules = list[tuple[str, str]]
"""Pairs of a pattern, matched at the beginning of a name, and its replacement (or the reason to drop it). The first match counts."""


@dataclass
class Layout:
    """Structure of a published file.

    Args:
        model: config of the model that the file belongs to.
        names: published name to ours; several that end in ``[0]``, ``[1]``, ... are joined along the first axis.
        dead: parameters that the published forward pass never reads, with the reason.
        outputs: our parameters whose first axis is the classes; empty if the model is no recogniser.
        variants: by training set (:data:`~ofer.convert.label_orders.LABEL_ORDERS`), what its parameters do not state: changes of
            ``model`` by their keys, as ``{'data_preprocessor.channel_order': 'bgr'}``.
    """

    model: dict
    names: Rules
    dead: Rules = field(default_factory=list)
    outputs: tuple[str, ...] = ()
    variants: dict[str, dict] = field(default_factory=dict)


@dataclass
class Conversion:
    """A converted checkpoint and the report on its parameters. ``complete``: every parameter is explained."""

    model: dict
    state_dict: State
    mapped: dict[str, str]
    """Published name to ours."""
    dropped: dict[str, list[str]]
    """Reason to published names."""
    filled: list[str]
    """BatchNorm counters that the file lacks, set to 0; evaluation does not read them."""
    unexplained: list[str]
    missing: list[str]
    misshapen: list[str]
    classes: tuple[str, ...] | None = None
    outputs: tuple[str, ...] = ()
    """Parameters whose first axis is the classes."""

    @property
    def complete(self) -> bool:
        return not (self.unexplained or self.missing or self.misshapen)


def translate(published: State, layout: Layout) -> Conversion:
    """Rename parameters to the names of their model.

    Args:
        published: names and values, unwrapped (see :func:`ofer.compat.unwrap_state_dict`).
        layout: structure of the file.

    Returns:
        The conversion; check :attr:`Conversion.complete` before using it.
    """
    with DefaultScope.overwrite_default_scope(SCOPE):  # models of mmpretrain look up their parts in it
        model = MODELS.build(layout.model)
    target = {name: value.shape for name, value in model.state_dict().items()}
    mapped: dict[str, str] = {}
    dropped: dict[str, list[str]] = {}
    unexplained: list[str] = []
    parts: dict[str, dict[int, Tensor]] = {}
    for name, value in published.items():
        reason = _first_match(layout.dead, name)
        if reason is not None:
            dropped.setdefault(reason[1], []).append(name)
            continue
        renamed = _first_match(layout.names, name)
        new, index = _split_index(re.sub(renamed[0], renamed[1], name, count=1)) if renamed else (name, 0)
        if new in target and index not in parts.get(new, {}):
            mapped[name] = new
            parts.setdefault(new, {})[index] = value
        else:
            unexplained.append(name)
    state = {name: _join([pieces[i] for i in sorted(pieces)]) for name, pieces in parts.items()}
    filled = [name for name in target if name not in state and name.endswith('.num_batches_tracked')]
    state.update({name: torch.zeros((), dtype=torch.long) for name in filled})
    return Conversion(
        model=layout.model,
        state_dict={name: state[name].detach().clone() for name in target if name in state},
        mapped=mapped,
        dropped=dropped,
        filled=filled,
        unexplained=unexplained,
        missing=[name for name in target if name not in state and name not in training_only(model)],
        misshapen=[f'{n}: {tuple(v.shape)} instead of {tuple(target[n])}' for n, v in state.items() if v.shape != target[n]],
        outputs=layout.outputs,
    )


def count_blocks(published: State, prefix: str) -> int:
    """Number of blocks ``prefix0``, ``prefix1``, ... in a file."""
    return len({found[1] for name in published if (found := re.match(re.escape(prefix) + r'(\d+)\.', name))})


def _first_match(rules: Rules, name: str) -> tuple[str, str] | None:
    return next((rule for rule in rules if re.match(rule[0], name)), None)


def _join(pieces: list[Tensor]) -> Tensor:
    return torch.cat(pieces) if len(pieces) > 1 else pieces[0]


def _split_index(name: str) -> tuple[str, int]:
    found = re.fullmatch(r'(.*)\[(\d+)\]', name)
    return (found[1], int(found[2])) if found else (name, 0)


def report(result: Conversion, published: State) -> str:
    """The report as text: number of tensors and of values in each group, and the names of the parameters with a problem."""

    def size(names: Iterable[str]) -> str:
        tensors = [published[name] for name in names]
        return f'{len(tensors)} tensors, {sum(t.numel() for t in tensors if t.is_floating_point()) / 1e6:.3f} M values'

    lines = [f'mapped       {size(result.mapped)} -> {len(result.state_dict) - len(result.filled)} of {result.model["type"]}']
    lines += [f'dropped      {size(names)}: {reason}' for reason, names in result.dropped.items()]
    if result.filled:
        lines.append(f'filled       {len(result.filled)} BatchNorm counters that the file lacks, set to 0: evaluation does not read them')
    for title, names, detail in (
        ('unexplained', result.unexplained, size(result.unexplained)),
        ('missing', result.missing, f'{len(result.missing)} parameters of the model are not in the file'),
        ('misshapen', result.misshapen, f'{len(result.misshapen)} parameters have another shape'),
    ):
        if names:
            lines += [f'{title.upper():12} {detail}', *(f'    {name}' for name in names[:20])]
            lines += [f'    and {len(names) - 20} more'] if len(names) > 20 else []
        else:
            lines.append(f'{title:12} none')
    return '\n'.join(lines)
