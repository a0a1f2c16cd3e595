"""Comparison of the tensors in a file of weights with those of a network."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

COUNTER = 'num_batches_tracked'  # files with folded BatchNorm have none, and evaluation does not read it
LITTLE = 0.5  # of the smaller of the two: less means another network, not another head
TINY = 0.05  # of the network: one tensor of a hundred is no start


@dataclass(frozen=True)
class Fit:
    """Comparison of the tensors of a file with those of a network, by name; counters of BatchNorm are left out.

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
    def whole(self) -> bool:
        """Whether names and shapes are equal."""
        return not (self.reshaped or self.unknown or self.missing)

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

    def problems(self) -> str:
        """The differences, one per line."""
        parts = [('missing', self.missing), ('unknown', self.unknown), ('of another shape', self.reshaped)]
        return '\n'.join(f'  {len(names)} {what}: {some(names, 8)}' for what, names in parts if names)


def compare(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> Fit:
    """Compare the tensors of a file with those of a network.

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


def some(names: list[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    return ', '.join(names[:most]) + (f' and {len(names) - most} more' if len(names) > most else '')
