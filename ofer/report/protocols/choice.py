"""Which conditions a report has: all of the protocol, or the fewer ones of ``--quick``."""

from dataclasses import dataclass

from ofer.report.protocols.areas import area_conditions
from ofer.report.protocols.base import CLEAN, Condition, unchanged
from ofer.report.protocols.corruptions import corruption_conditions
from ofer.report.protocols.fills import FILL_NAMES
from ofer.report.protocols.objects import object_conditions
from ofer.report.protocols.regions import region_conditions

VERSION = '1'
"""Version of the protocol. It changes whenever a change moves a number; reports of different versions do not compare."""
SECTIONS = ('clean', 'artificial', 'objects', 'regions', 'real', 'corruptions', 'selective', 'stability', 'detection')
ORDERS = ('square', 'patches', 'own', 'reference')
SHARES = (10, 20, 30, 40, 50, 60, 70)
QUICK_SHARES = (10, 20, 30, 50, 70)


@dataclass(frozen=True)
class Choice:
    """What is measured.

    Args:
        sections: some of :data:`SECTIONS`.
        quick: fewer fills, shares and severities.
        seed: of all protocols; published numbers use 0.
        cutouts: folder of cut-outs, with a subfolder for each kind; None: none.

    Raises:
        ValueError: an unknown section.
    """

    sections: tuple[str, ...] = SECTIONS
    quick: bool = False
    seed: int = 0
    cutouts: str | None = None

    def __post_init__(self) -> None:
        unknown = [name for name in self.sections if name not in SECTIONS]
        if unknown:
            raise ValueError(f'section {unknown[0]!r}: expected some of {", ".join(SECTIONS)}')


def choose_conditions(choice: Choice) -> list[Condition]:
    """The conditions in the order in which they are computed; ``clean`` is always one."""
    found = [Condition(CLEAN, 'clean', unchanged)]
    if 'artificial' in choice.sections:
        if choice.quick:
            found += area_conditions(('square',), ('black', 'mean'), QUICK_SHARES, choice.seed)
            found += area_conditions(ORDERS[1:], ('black',), QUICK_SHARES, choice.seed)
        else:
            found += area_conditions(ORDERS, FILL_NAMES, SHARES, choice.seed)
    if 'objects' in choice.sections:
        found += object_conditions(choice.cutouts, choice.seed)
    if 'regions' in choice.sections:
        found += region_conditions(('black',) if choice.quick else ('black', 'mean'), choice.seed)
    if 'corruptions' in choice.sections:
        found += corruption_conditions((3,) if choice.quick else (1, 2, 3, 4, 5), choice.seed)
    return found
