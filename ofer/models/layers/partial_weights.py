"""Fills a network with what fits of a file of weights, and refuses a file of which nothing or little fits."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, nn

COUNTER = 'num_batches_tracked'  # files with folded BatchNorm have none, and evaluation does not read it
LITTLE = 0.5  # of the smaller of the two: less means another network, not another head
TINY = 0.05  # of the network: one tensor of a hundred is no start


@dataclass(frozen=True)
class Fit:
    """How the tensors of a file go with those of a network, by name; counters of BatchNorm are left out.

    Attributes:
        taken: in both, of equal shape.
        reshaped: in both, of different shapes, each as ``'name (8, 512) instead of (7, 512)'``.
        unknown: only in the file.
        missing: only in the network.
    """

    taken: list[str]
    reshaped: list[str]
    unknown: list[str]
    missing: list[str]

    @property
    def enough(self) -> bool:
        """Whether the file starts the network: at least half of the smaller of the two is taken, and a twentieth of the network."""
        both = len(self.taken) + len(self.reshaped)
        file, network = both + len(self.unknown), both + len(self.missing)
        return len(self.taken) >= max(1, LITTLE * min(file, network), TINY * network)

    def __str__(self) -> str:
        parts = [('of another shape', self.reshaped), ('unknown to the network', self.unknown), ('missing in the file', self.missing)]
        lines = [f'{len(self.taken)} tensors fit', *(f'{len(names)} {what}: {some(names)}' for what, names in parts if names)]
        return '; '.join(lines)


def compare(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> Fit:
    """How a file's tensors go with a network's.

    Args:
        own: ``state_dict`` of the network.
        given: that of the file.
    """
    names = [name for name in given if not name.endswith(COUNTER)]
    shared = [name for name in names if name in own]
    return Fit(
        taken=[name for name in shared if given[name].shape == own[name].shape],
        reshaped=[
            f'{name} {tuple(given[name].shape)} instead of {tuple(own[name].shape)}'
            for name in shared
            if given[name].shape != own[name].shape
        ],
        unknown=[name for name in names if name not in own],
        missing=[name for name in own if name not in given and not name.endswith(COUNTER)],
    )


def fill_with_what_fits(module: nn.Module, given: Mapping[str, Tensor], source: str) -> Fit:
    """Load the tensors whose name and shape fit; the others keep their values.

    Args:
        module: receives the weights.
        given: tensors by name.
        source: of the tensors, for the message.

    Returns:
        What was taken, and what was not.

    Raises:
        ValueError: nothing or little fits, so that the network would start at random; it is as it was. The message says what was matched.
    """
    own = module.state_dict()
    fit = compare(own, given)
    if not fit.enough:
        raise ValueError(
            f'{source}: {"little" if fit.taken else "nothing"} of it fits {type(module).__name__}: {fit}. {_remedy(own, given)}'
        )
    fitting = {name: value for name, value in given.items() if name in own and own[name].shape == value.shape}
    module.load_state_dict(fitting, strict=False)
    return fit


def without_prefix(given: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors of one part of a model; all of them where no name has the prefix, as in a file of that part alone.

    Args:
        given: tensors by name.
        prefix: name of the part, with or without a dot at its end.
    """
    prefix = prefix.rstrip('.') + '.'
    part = {name.removeprefix(prefix): value for name, value in given.items() if name.startswith(prefix)}
    return part or dict(given)


def some(names: list[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    return ', '.join(names[:most]) + (f' and {len(names) - most} more' if len(names) > most else '')


def _remedy(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str:
    """Where the file would fit, found by taking parts of names off."""
    for part in dict.fromkeys(name.partition('.')[0] for name in own):
        if compare(own, {f'{part}.{name}': value for name, value in given.items()}).enough:
            return f"It is a file of the {part} alone: set model.{part}.init_cfg=dict(type='Pretrained', checkpoint=...) instead."
    for part in dict.fromkeys(name.partition('.')[0] for name in given):
        if compare(own, without_prefix(given, part)).enough:
            return f'It fits behind {part}: set prefix={part!r} beside checkpoint in init_cfg.'
    return (
        'Give weights of the same network, set the network to what the file was trained with, or convert a published file with '
        'ofer convert.'
    )
