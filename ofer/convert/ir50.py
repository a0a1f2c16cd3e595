"""Published IR50: the face recognition network that ORSANet starts from."""

import re

from ofer.convert.renaming import Layout, State


def layout(published: State, prefix: str = '') -> Layout:
    """Face recognition network; only the three stages that ORSANet uses are built."""
    key = prefix + 'body.{}.res_layer.1.weight'
    stem = len(published[prefix + 'input_layer.0.weight'])
    widths: list[int] = []
    while key.format(len(widths)) in published:
        widths.append(len(published[key.format(len(widths))]))
    channels = (stem, 2 * stem, 4 * stem)
    units = tuple(widths.count(c) for c in channels)
    dead = [(re.escape(prefix) + r'output_layer\.', "IR's embedding layer: ORSANet never uses it")]
    fourth = [rf'{i}\.' for i in range(sum(units), len(widths))]
    if fourth:
        dead.append((re.escape(prefix) + rf'body\.({"|".join(fourth)})', "IR's fourth stage: ORSANet never uses it"))
    arch = 'ir50' if units == (3, 4, 14) and stem == 64 else dict(stem=stem, units=units, channels=channels)
    return Layout(dict(type='IRNet', arch=arch), [], dead)
