"""Names of the published CrossViT (small, 240 pixels): those of timm except for the embeddings."""

from ofer.convert.renaming import Layout, State


def layout(published: State) -> Layout:
    """timm's network of the same widths."""
    if published['cls_token.0'].shape[-1] != 192 or published['pos_embed.0'].shape[1] != 401:
        raise ValueError('this CrossViT is not the small one at 240 pixels, the only one that is converted')
    model = dict(
        type='TimmClassifier',
        model_name='crossvit_small_240',
        num_classes=len(published['head.0.bias']),
        data_preprocessor=dict(type='ClsDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=False),
        loss=dict(type='CrossEntropyLoss'),
    )
    return Layout(model, [(r'(pos_embed|cls_token)\.', r'\1_')])
