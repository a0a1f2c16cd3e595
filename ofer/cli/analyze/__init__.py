"""Commands that compare, measure and look at models."""
