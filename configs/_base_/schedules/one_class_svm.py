"""One pass over the data, in which a one-class SVM collects its latents; there are no training steps."""

train_cfg = dict(by_epoch=True, max_epochs=1, val_interval=1)
model_wrapper_cfg = dict(type='AveragedGradients')  # for several processes: DDP refuses a model without gradients
optim_wrapper = dict(optimizer=dict(type='SGD', lr=1e-3))
custom_hooks = [dict(type='OneClassHook', interval=1)]
