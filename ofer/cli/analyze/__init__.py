"""Commands that compare, measure and visualise models."""
