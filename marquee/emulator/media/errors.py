"""How a job fails, in MediaConvert's own codes. Source: MediaConvert user guide, "Error codes"."""

from enum import IntEnum


class Code(IntEnum):
    """The `ErrorCode` of a failed job."""

    INPUT = 1010
    NO_VIDEO = 1020
    NO_AUDIO = 1021
    SETTINGS = 1040
    DEMUXER = 1075
    ENCRYPTION = 1091
    S3_DENIED = 1401
    S3_MISSING = 1404
    ROLE_MISSING = 1433
    ROLE_UNTRUSTED = 1434
    UNKNOWN = 1999


class JobError(Exception):
    """A job ends in `ERROR`. The message is for its owner, and holds no key."""

    def __init__(self, code: Code, message: str):
        super().__init__(message)
        self.code = code
