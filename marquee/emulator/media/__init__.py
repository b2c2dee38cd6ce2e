"""Real media tools behind emulated services: ffmpeg, ffprobe and Shaka Packager, in one bounded pool."""
