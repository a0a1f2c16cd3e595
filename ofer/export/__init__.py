"""Exported networks: ONNX and OpenVINO files that :mod:`ofer.runtimes` runs without torch."""
