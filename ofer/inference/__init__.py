"""Inference on user inputs: reading, recognition, and writing of results."""
