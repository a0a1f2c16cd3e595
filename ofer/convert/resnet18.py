"""Published ResNet-18, trained on MS-Celeb-1M, from which DAN and Latent-OFER start."""

from ofer.convert.renaming import Layout, State


def layout(published: State) -> Layout:
    """The face recogniser (MS-Celeb-1M) from which DAN and Latent-OFER start; torchvision's names."""
    if 'layer4.1.bn2.weight' not in published:
        raise KeyError('layer4.1.bn2.weight')
    return Layout(dict(type='ResNet', depth=18), [], [(r'fc\.', 'classifier of the face recogniser: an expression network has its own')])
