"""MediaLive's encoder settings in the provider's names."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_AS_LIST: Final = frozenset({"HlsCdnSettings"})
"""Single objects of the API that the provider declares as lists."""
_LACKING: Final = frozenset({"SegmentationMode"})
"""Members that the provider cannot send. Of this one the other value is deprecated, so that ours is what MediaLive does anyway."""


def provider_names(value: Any) -> Any:
    """`{"HlsGroupSettings": {"IndexNSegments": 10}}` → `{"hls_group_settings": {"index_n_segments": 10}}`, at every depth."""
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        return {_snake(name): _field(name, item) for name, item in fields.items() if name not in _LACKING}
    if isinstance(value, list):
        return [provider_names(item) for item in cast("list[Any]", value)]
    return value


def _field(name: str, value: Any) -> Any:
    return [provider_names(value)] if name in _AS_LIST else provider_names(value)


def _snake(name: str) -> str:
    return _WORD.sub("_", name.replace("IFrame", "Iframe")).lower()
