"""How media is encrypted, and who makes the keys."""

import re
from typing import Annotated

from pydantic import Field

from marquee.domain.ladder.drm import Protection, Scheme, System
from marquee.settings._section import Section
from marquee.settings._vocabulary import AccountId, Flag, HttpsUrl, ListOf

_EXECUTE_API = re.compile(r"https://([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/([^/]+)/(.+)")


class Drm(Section):
    """Encryption of media, and the SPEKE v2 key provider."""

    scheme: Scheme = "cbcs"
    """`cbcs`, which all present devices decrypt, or `cenc` for televisions from before about 2018. HLS and DASH share the segments."""
    systems: Annotated[tuple[System, ...], Field(min_length=1, max_length=3), ListOf] = ("widevine", "playready", "fairplay")
    """DRM systems that manifests offer. FairPlay decrypts `cbcs` alone."""
    key_provider: HttpsUrl | None = None
    """Address of an external SPEKE v2.0 server; null deploys the reference provider. Example: https://keys.example.org/speke/v2.0."""
    key_provider_account: AccountId | None = None
    """Account of an external provider at API Gateway, whose policy must let the encryptors in; null is `accounts.workload`."""
    clear_key: Flag = False
    """True: a licence endpoint hands entitled players the keys in the clear, where no DRM vendor is at hand. Not for production."""

    @property
    def protection(self) -> Protection:
        """The same for the encryptors."""
        return Protection(scheme=self.scheme, systems=self.systems)

    @property
    def key_provider_region(self) -> str | None:
        """Region of an external provider at API Gateway; None for any other."""
        found = _EXECUTE_API.fullmatch(self.key_provider or "")
        return found[2] if found else None

    def invoke_arn(self, account: str) -> str | None:
        """What encryptors need `execute-api:Invoke` on to reach an external provider at API Gateway; None for any other.

        `account` owns it unless the settings name another.
        """
        found = _EXECUTE_API.fullmatch(self.key_provider or "")
        if found is None:
            return None
        api, region, stage, path = found.groups()
        return f"arn:aws:execute-api:{region}:{self.key_provider_account or account}:{api}/{stage}/POST/{path}"
