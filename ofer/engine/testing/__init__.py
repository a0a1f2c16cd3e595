"""Tests of a model: test sets, classes, results and pictures."""
