"""As whom manifests are fetched."""

from typing import Final

AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; BRAVIA 4K) Chrome/120.0 Safari/537.36",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0) Chrome/108.0 Safari/537.36",
    "AppleTV14,1/18.0",
)
"""One of each device class and DRM system that `runtime/edge/media.js` tells apart: manifests are cached for each of them."""
