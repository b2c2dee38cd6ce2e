"""The content keys of a title version, for an operator who may make them."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import uuid
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from marquee.domain.content_keys import content_key
from marquee.domain.ladder.drm import KeyLabel
from marquee.errors import MarqueeError
from marquee.ingest.target import Target


def content_keys(target: Target, ids: Mapping[KeyLabel, str]) -> dict[KeyLabel, str]:
    """Label → key, 32 hexadecimal digits, for the ids of a title's `playback.keys`. They are not printed and not kept.

    Made as the reference provider makes them, by the region's HMAC key; an operator's role has no permission for that unless somebody gives
    it one, and an emulator's operator is the account's root user. MarqueeError if KMS refuses.
    """
    alias = target.names.key_alias("content")
    kms = target.client("kms")
    try:
        return {
            label: content_key(kms.generate_mac(KeyId=alias, MacAlgorithm="HMAC_SHA_256", Message=uuid.UUID(key_id).bytes)["Mac"]).hex()
            for label, key_id in ids.items()
        }
    except (BotoCoreError, ClientError) as error:
        raise MarqueeError(
            f"the content keys cannot be made: {error}",
            fix=f"who measures encrypted renditions needs kms:GenerateMac on {alias}; leave it at that unless you must",
        ) from error
