"""AWS Elemental MediaPackage VOD: packaging groups, their configurations, and assets. It packages nothing: no egress address answers."""

import hashlib
import json
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from marquee.emulator.services.own import ApiCall, ApiError
from marquee.emulator.services.service_roles import MissingRoleError, ServiceSession, UntrustedError, take_on
from marquee.emulator.upstream import module

Answer = dict[str, Any]
_PRINCIPAL: Final = "mediapackage.amazonaws.com"
_SECRET_KEY: Final = "MediaPackageCDNIdentifier"  # noqa: S105 Source: MediaPackage User Guide, "CDN authorization"
_CLIENT_ERROR: Any = module("botocore.exceptions").ClientError
_MANIFESTS: Final = {"CmafPackage": "m3u8", "HlsPackage": "m3u8", "DashPackage": "mpd", "MssPackage": "ism"}


class MediaPackageVod:
    """The service. Accounts and regions have groups of their own. It reads what it is told to with the roles that it is given."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Answer] = {}
        """(account, region, kind, id) → as it is shown."""
        self._lock = threading.Lock()
        self._operations: dict[str, Callable[[ApiCall], Answer]] = {
            "CreatePackagingGroup": self._create_group,
            "DescribePackagingGroup": lambda call: self._found(call, "packaging-groups"),
            "CreatePackagingConfiguration": self._create_configuration,
            "DescribePackagingConfiguration": lambda call: self._found(call, "packaging-configurations"),
            "CreateAsset": self._create_asset,
            "DescribeAsset": lambda call: self._found(call, "assets"),
            "DeleteAsset": self._delete_asset,
        }

    def answer(self, call: ApiCall) -> Mapping[str, Any]:
        """One call of the API. Raises ApiError."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise ApiError(501, "NotImplemented", f"the emulated MediaPackage VOD has no {call.operation}")
        with self._lock:
            return operation(call)

    def progress(self) -> list[dict[str, Any]]:
        """It has no media jobs."""
        return []

    def _create_group(self, call: ApiCall) -> Answer:
        made = self._new(call, "packaging-groups")
        if authorization := call.parameters.get("Authorization"):
            secret = authorization["CdnIdentifierSecret"]
            reader = self._reader(call, made, authorization["SecretsRoleArn"])
            with _refusing():
                text = reader.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
            if not json.loads(text).get(_SECRET_KEY):
                raise _refused(f"{secret} has no {_SECRET_KEY}")
        digest = hashlib.sha256(made["Arn"].encode()).hexdigest()[:32]
        return self._keep(call, "packaging-groups", made, DomainName=f"{digest}.egress.mediapackage-vod.{call.region}.amazonaws.com")

    def _create_configuration(self, call: ApiCall) -> Answer:
        self._found(call, "packaging-groups", call.parameters["PackagingGroupId"])
        packages = [kind for kind in _MANIFESTS if call.parameters.get(kind)]
        if len(packages) != 1:
            raise _refused(f"a packaging configuration is of one kind, not {len(packages)}")
        return self._keep(call, "packaging-configurations", self._new(call, "packaging-configurations"))

    def _create_asset(self, call: ApiCall) -> Answer:
        given, group = call.parameters, self._found(call, "packaging-groups", call.parameters["PackagingGroupId"])
        made = self._new(call, "assets")
        bucket, _, key = str(given["SourceArn"]).rpartition(":::")[2].partition("/")
        reader = self._reader(call, made, given["SourceRoleArn"])
        with _refusing():
            source = reader.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        if not source.startswith(b"#EXTM3U") or b"#EXT-X-STREAM-INF" not in source:
            raise _refused(f"{given['SourceArn']} is no HLS manifest that lists others")
        endpoints = [_endpoint(each, group, made) for each in self._configurations(call, given["PackagingGroupId"])]
        return self._keep(call, "assets", made, EgressEndpoints=endpoints)

    def _delete_asset(self, call: ApiCall) -> Answer:
        self._found(call, "assets")
        del self._made[_key(call, "assets", call.parameters["Id"])]
        return {}

    def _configurations(self, call: ApiCall, group: str) -> list[Answer]:
        mine = (call.account, call.region, "packaging-configurations")
        return [made for key, made in self._made.items() if key[:3] == mine and made["PackagingGroupId"] == group]

    def _reader(self, call: ApiCall, made: Answer, role: str) -> ServiceSession:
        try:
            return take_on(role, service=_PRINCIPAL, source_arn=made["Arn"], region=call.region, session="mediapackage")
        except (MissingRoleError, UntrustedError) as error:
            raise _refused(f"{_PRINCIPAL} cannot take on {role}") from error

    def _new(self, call: ApiCall, kind: str) -> Answer:
        name = str(call.parameters["Id"])
        if _key(call, kind, name) in self._made:
            raise _refused(f"{kind}: {name} exists already")
        digest = hashlib.sha256("/".join(_key(call, kind, name)).encode()).hexdigest()[:32]
        arn = f"arn:aws:mediapackage-vod:{call.region}:{call.account}:{kind}/{name if kind == 'assets' else digest}"
        return {**call.parameters, "Arn": arn, "CreatedAt": datetime.now(UTC).isoformat()}

    def _keep(self, call: ApiCall, kind: str, made: Answer, **more: Any) -> Answer:
        made |= more
        self._made[_key(call, kind, made["Id"])] = made
        return made

    def _found(self, call: ApiCall, kind: str, name: str | None = None) -> Answer:
        wanted = name or call.parameters["Id"]
        found = self._made.get(_key(call, kind, wanted))
        if found is None:
            raise ApiError(404, "NotFoundException", f"{kind}: there is no {wanted}")
        return found


def _key(call: ApiCall, kind: str, name: str) -> tuple[str, ...]:
    return call.account, call.region, kind, name


def _endpoint(configuration: Answer, group: Answer, asset: Answer) -> Answer:
    (ending,) = (ending for kind, ending in _MANIFESTS.items() if configuration.get(kind))
    names = [hashlib.sha256(each["Arn"].encode()).hexdigest()[:32] for each in (asset, configuration)]
    url = f"https://{group['DomainName']}/out/v1/{names[0]}/{names[1]}/index.{ending}"
    return {"PackagingConfigurationId": configuration["Id"], "Status": "PLAYABLE", "Url": url}


@contextmanager
def _refusing() -> Generator[None]:
    try:
        yield
    except _CLIENT_ERROR as error:
        raise _refused(str(error)) from error


def _refused(why: str) -> ApiError:
    return ApiError(422, "UnprocessableEntityException", why)
