"""The frame of the pack: what turns one small function a control into a CrossGuard policy pack."""

PACK = "marquee"
VERSION = "0.1.0"
