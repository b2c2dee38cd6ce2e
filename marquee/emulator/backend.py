"""The engine's backend in front of the emulated AWS: looks up the create function of a type and says what went wrong."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marquee.emulator import upstream
from marquee.emulator.resources import CREATES, INVOKES, READS, SIMULATED, Aws, Connector, Inputs, arn_of
from marquee.engine.backend import Created, Request
from marquee.engine.standin import StandIn
from marquee.engine.values import Value
from marquee.errors import MarqueeError

_T = TypeVar("_T")
_EXCEPTIONS = upstream.module("botocore.exceptions")
_PROVIDER = "pulumi:providers:"
_OF_NO_REGION = ("aws:shield/", "aws:iam/", "aws:route53/", "aws:budgets/", "aws:cloudfront/")
_NOWHERE, _NOBODY = "us-east-1", "000000000000"  # of a provider that says neither; AWS's own default region, MiniStack's account

_UNKNOWN_OPERATION = {"InvalidAction", "NotImplemented", "UnknownOperationException", "UnknownService", "UnsupportedOperation", "501"}


class EmulatorBackend:
    """Creates resources by real AWS requests to the emulator.

    A type that no create function makes is refused, unless the table `SIMULATED` names it with a reason. An input that no
    request carried is an error too: what a deployment here shows would differ from what AWS gets.
    """

    def __init__(self, emulator: Connector):
        self._emulator = emulator
        self._standin = StandIn()

    def create(self, request: Request) -> Created:
        """Make the resource. Raises MarqueeError naming the type, the API operation, and the emulator's words."""
        if request.type.startswith(_PROVIDER):
            return Created(id=request.name)
        given = Inputs(request.inputs)
        aws = self._aws(request.provider_inputs, given, request.urn, request.name)
        if request.type in SIMULATED:
            made_up = self._standin.create(request)
            return Created(id=made_up.id, outputs={**made_up.outputs, **arn_of(aws, request.type, given)}, simulated=True)
        create = CREATES.get(request.type)
        if create is None:
            raise _no_function(request.type)
        made, outputs = _explained(request.type, lambda: create(aws, given))
        unread = given.unread + (["tags"] if "tags" in given and not aws.tagged else [])
        if unread:
            raise MarqueeError(
                f"{request.type}: no request of its create function carries {', '.join(unread)}",
                fix=f"Apply them in {create.__module__.replace('.', '/')}.py, or list them in inputs.OF_NO_CALL with a reason.",
            )
        return Created(id=made, outputs={**_common(request.type, aws), **outputs})

    def read(self, request: Request, id: str) -> Created:
        """Look up what exists. Raises MarqueeError if it does not."""
        read = READS.get(request.type)
        if read is None:
            raise _no_function(request.type)
        aws = self._aws(request.provider_inputs, Inputs(request.inputs), request.urn, request.name)
        return Created(id=id, outputs={**_common(request.type, aws), **_explained(request.type, lambda: read(aws, id))})

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:
        """Answer a provider function, in previews too: it only asks."""
        function = INVOKES.get(token)
        if function is None:
            raise _no_function(token)
        given = Inputs(args)
        aws = self._aws(provider_inputs, given, token, token)
        return {**given, **_explained(token, lambda: function(aws, given))}

    def _aws(self, provider_inputs: Mapping[str, Value], given: Inputs, urn: str, name: str) -> Aws:
        """Where and as whom: the resource's own region first, then the provider's; the only account that the provider allows."""
        provider = Inputs(provider_inputs)
        accounts = provider.get("allowedAccountIds") or [_NOBODY]
        tags: dict[str, str] = {**provider.get("defaultTags", {}).get("tags", {}), **given.get("tags", {})}
        region = str(given.get("region") or provider.get("region") or _NOWHERE)
        return Aws(connector=self._emulator, region=region, account=str(accounts[0]), urn=urn, name=name, tags=tags)


def _common(token: str, aws: Aws) -> dict[str, Any]:
    """Outputs that nearly every type has."""
    region = {} if token.startswith(_OF_NO_REGION) else {"region": aws.region}
    return region | ({"tagsAll": dict(aws.tags)} if aws.tagged else {})


def _explained(token: str, call: Callable[[], _T]) -> _T:
    """What `call` answers. An error of AWS, or of a request that its model refuses, is told as the user's."""
    try:
        return call()
    except _EXCEPTIONS.ClientError as raised:
        error: Any = raised
        code, message = (str(error.response.get("Error", {}).get(part, "")) for part in ("Code", "Message"))
        fix = "The emulator lacks the operation: add it under marquee/emulator/services/." if code in _UNKNOWN_OPERATION else ""
        raise MarqueeError(f"{token}: {error.operation_name} failed: {code}: {message}", fix=fix) from error
    except (_EXCEPTIONS.BotoCoreError, LookupError, StopIteration, ValueError) as error:
        raise MarqueeError(f"{token}: {type(error).__name__}: {error}") from error
    except MarqueeError as error:
        raise MarqueeError(f"{token}: {error.what}", fix=error.fix) from error


def _no_function(token: str) -> MarqueeError:
    return MarqueeError(
        f"the emulated AWS cannot make or answer {token}",
        fix="Write its function under marquee/emulator/resources/, or name it in simulated.SIMULATED with a reason.",
    )
