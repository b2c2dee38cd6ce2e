"""AWS Elemental MediaPackage VOD: packaging groups, their configurations, and assets. What it packages is served by `vod_origin`."""

import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from marquee.domain.packaging import CDN_SECRET_KEY, EGRESS
from marquee.emulator.media.clear_hls import UnfitError
from marquee.emulator.services.own import ApiCall, ApiError
from marquee.emulator.services.vod_packages import PACKAGES, Order, Source, UnpackagedError, session
from marquee.emulator.upstream import module

Answer = dict[str, Any]
_CLIENT_ERROR: Any = module("botocore.exceptions").ClientError
_ENDINGS: Final = {"hls": "m3u8", "dash": "mpd"}
_SYNC: Final = b"G"
"""The first byte of every packet of a transport stream."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A packaging group, as who comes to its domain meets it."""

    id: str
    account: str
    region: str
    identifier: str | None = field(repr=False)
    """What a CDN's header has to say; None lets anybody in."""


class MediaPackageVod:
    """The service. Accounts and regions have groups of their own. It reads what it is told to with the roles that it is given."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], Answer] = {}
        """(account, region, kind, id) → as it is shown."""
        self._groups: dict[str, Group] = {}
        """By domain."""
        self._addresses: dict[str, str] = {}
        """ARN of an asset or a configuration → its part of egress addresses. An asset that is made anew gets another one."""
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
            return dict(operation(call))

    def progress(self) -> list[dict[str, Any]]:
        """It has no media jobs."""
        return []

    def served_at(self, domain: str) -> Group | None:
        """The group whose egress domain it is."""
        return self._groups.get(domain)

    def order(self, group: Group, asset: str, configuration: str, both: str) -> Order | None:
        """What an egress path's three parts name; None if there is nothing of the group, or if it does not play."""
        place = (group.account, group.region)
        for key, made in list(self._made.items()):
            if key[:3] != (*place, "assets") or self._addresses[made["Arn"]] != asset or made["PackagingGroupId"] != group.id:
                continue
            for other in self._configurations(*place, group.id):
                playable = any(
                    (each["PackagingConfigurationId"], each["Status"]) == (other["Id"], "PLAYABLE") for each in made["EgressEndpoints"]
                )
                if playable and self._addresses[other["Arn"]] == configuration and _both(made, other) == both:
                    return Order(asset=made, configuration=other, region=group.region)
        return None

    def _create_group(self, call: ApiCall) -> Answer:
        made, identifier = self._new(call, "packaging-groups"), None
        if authorization := call.parameters.get("Authorization"):
            identifier = _identifier(authorization, made["Arn"], call.region)
        domain = f"{_digest(made['Arn'])}.egress.mediapackage-vod.{call.region}.amazonaws.com"
        self._groups[domain] = Group(id=made["Id"], account=call.account, region=call.region, identifier=identifier)
        return self._keep(call, "packaging-groups", made, DomainName=f"https://{domain}")

    def _create_configuration(self, call: ApiCall) -> Answer:
        self._found(call, "packaging-groups", call.parameters["PackagingGroupId"])
        packages = [kind for kind in ("CmafPackage", "DashPackage", "HlsPackage", "MssPackage") if call.parameters.get(kind)]
        if len(packages) != 1:
            raise _refused(f"a packaging configuration is of one kind, not {len(packages)}")
        if packages[0] not in PACKAGES:
            raise ApiError(501, "NotImplemented", f"the emulated MediaPackage VOD packages {' and '.join(PACKAGES)} alone")
        manifests = PACKAGES[packages[0]][1]
        if len(call.parameters[packages[0]][manifests]) != 1:
            raise ApiError(501, "NotImplemented", f"{manifests}: the emulated MediaPackage VOD writes one")
        made = self._new(call, "packaging-configurations")
        self._addresses[made["Arn"]] = _digest(made["Arn"])
        return self._keep(call, "packaging-configurations", made)

    def _create_asset(self, call: ApiCall) -> Answer:
        """It is taken in behind the answer: until then its endpoints say that they are being processed."""
        given, group = call.parameters, self._found(call, "packaging-groups", call.parameters["PackagingGroupId"])
        made = self._new(call, "assets")
        try:
            source = Source.of(made, call.region)
            source.read("")
        except UnpackagedError as error:
            raise _refused(str(error)) from error
        self._addresses[made["Arn"]] = uuid.uuid4().hex
        configurations = self._configurations(call.account, call.region, given["PackagingGroupId"])
        endpoints = [self._endpoint(each, group, made) for each in configurations]
        self._keep(call, "assets", made, EgressEndpoints=endpoints)
        threading.Thread(target=_take_in, args=(made, source), daemon=True).start()
        return made

    def _delete_asset(self, call: ApiCall) -> Answer:
        self._found(call, "assets")
        del self._made[_key(call, "assets", call.parameters["Id"])]
        return {}

    def _endpoint(self, configuration: Answer, group: Answer, asset: Answer) -> Answer:
        kind = next(kind for kind in PACKAGES if configuration.get(kind))
        made, manifests, _ = PACKAGES[kind]
        name = f"{configuration[kind][manifests][0].get('ManifestName', 'index')}.{_ENDINGS[made]}"
        names = [*(self._addresses[each["Arn"]] for each in (asset, configuration)), _both(asset, configuration)]
        url = f"{group['DomainName']}{EGRESS}/{'/'.join(names)}/{name}"
        return {"PackagingConfigurationId": configuration["Id"], "Status": "PROCESSING", "Url": url}

    def _configurations(self, account: str, region: str, group: str) -> list[Answer]:
        mine = (account, region, "packaging-configurations")
        return [made for key, made in list(self._made.items()) if key[:3] == mine and made["PackagingGroupId"] == group]

    def _new(self, call: ApiCall, kind: str) -> Answer:
        name = str(call.parameters["Id"])
        if _key(call, kind, name) in self._made:
            raise _refused(f"{kind}: {name} exists already")
        number = name if kind == "assets" else _digest("/".join(_key(call, kind, name)))
        arn = f"arn:aws:mediapackage-vod:{call.region}:{call.account}:{kind}/{number}"
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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _both(asset: Answer, configuration: Answer) -> str:
    """The third part of an egress address, which belongs to this asset in this configuration alone."""
    return _digest(f"{asset['Arn']} {asset['CreatedAt']} {configuration['Arn']}")


def _identifier(authorization: Mapping[str, str], arn: str, region: str) -> str:
    """The value in the secret that a group is told of, read with the role that it is given."""
    secret = authorization["CdnIdentifierSecret"]
    try:
        reader = session(authorization["SecretsRoleArn"], arn, region)
        text = reader.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    except (UnpackagedError, _CLIENT_ERROR) as error:
        raise _refused(str(error)) from error
    found = json.loads(text).get(CDN_SECRET_KEY)
    if not found:
        raise _refused(f"{secret} has no {CDN_SECRET_KEY}")
    return str(found)


def _take_in(asset: Answer, source: Source) -> None:
    """Looks into every track. `FAILED` says, as on AWS, that the source is none that is packaged, and not why."""
    status = "PLAYABLE"
    try:
        for track in source.tracks():
            first = source.segments(track)[0]
            if track.kind != "text" and source.read(first, 1) != _SYNC:
                status = "FAILED"
    except (UnfitError, UnpackagedError):
        status = "FAILED"
    asset["EgressEndpoints"] = [{**each, "Status": status} for each in asset["EgressEndpoints"]]


def _refused(why: str) -> ApiError:
    return ApiError(422, "UnprocessableEntityException", why)
