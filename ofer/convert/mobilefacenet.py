"""Published MobileFaceNet: the landmark network of ORSANet and POSTER."""

from ofer.convert.renaming import Layout, State


def layout(published: State, prefix: str = '') -> Layout:
    """MobileFaceNet with any number of landmarks and any input size."""
    outputs, _ = published[prefix + 'output_layer.linear.weight'].shape
    kernel = published[prefix + 'output_layer.conv_6_dw.conv.weight'].shape[-1]
    return Layout(dict(type='MobileFaceNet', num_landmarks=outputs // 2, input_size=16 * kernel), [])
