"""From sampled values to billable energy; signed meter values are kept as they came. Pure."""
