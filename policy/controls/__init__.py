"""The controls: one demand, one file, named after what it demands, in the folder of its family."""
