"""Pure rules that every part shares; this package imports nothing of ours."""
