"""Lambda functions, who may invoke them, and what they poll."""

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path

from marquee.emulator.resources.context import Aws, Made, Outputs, crc32
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads
from marquee.engine.values import Archive, Asset
from marquee.errors import MarqueeError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files are the same zip, whenever it is made


@creates("aws:lambda/function:Function")
def function(aws: Aws, given: Inputs) -> Made:
    """A function with its code; the id is its name."""
    name = aws.physical(given)
    places = {"S3Bucket": given.get("s3Bucket"), "S3Key": given.get("s3Key"), "ImageUri": given.get("imageUri")}
    code = {"ZipFile": zip_bytes(given["code"])} if "code" in given else {key: value for key, value in places.items() if value}
    aws.call("lambda", "create_function", given, FunctionName=name, Code=code)
    if (limit := given.get("reservedConcurrentExecutions", -1)) >= 0:  # -1: as many as the account has
        aws.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)
    digest = base64.b64encode(hashlib.sha256(code["ZipFile"]).digest()).decode() if "ZipFile" in code else ""
    return name, {"sourceCodeHash": digest, **function_state(aws, name)}


@reads("aws:lambda/function:Function")
def function_state(aws: Aws, id: str) -> Outputs:
    """A function as Lambda describes it."""
    found = aws.client("lambda").get_function(FunctionName=id)["Configuration"]
    arn = found["FunctionArn"].removesuffix(":$LATEST")
    invoke = f"arn:aws:apigateway:{aws.region}:lambda:path/2015-03-31/functions/{{}}/invocations"
    version = found.get("Version", "$LATEST")
    return {
        **pick(found, "Handler", "Runtime", "Timeout", "MemorySize", "Architectures", "CodeSha256", "LastModified", "PackageType", "Role"),
        "name": id,
        "arn": arn,
        "version": version,
        "invokeArn": invoke.format(arn),
        "qualifiedArn": f"{arn}:{version}",
        "qualifiedInvokeArn": invoke.format(f"{arn}:{version}"),
        "sourceCodeSize": found["CodeSize"],
    }


@creates("aws:lambda/permission:Permission")
def permission(aws: Aws, given: Inputs) -> Made:
    """One statement of a function's policy; the id is the statement's."""
    sid = given.get("statementId") or given.get("statementIdPrefix", "terraform-") + f"{crc32(aws.urn):026x}"
    aws.call("lambda", "add_permission", given, rename={"function": "FunctionName"}, StatementId=sid)
    return sid, {"statementId": sid}


@creates("aws:lambda/eventSourceMapping:EventSourceMapping")
def event_source_mapping(aws: Aws, given: Inputs) -> Made:
    """What a function polls; the id is a UUID."""
    made = aws.call("lambda", "create_event_source_mapping", given)
    arn = made.get("EventSourceMappingArn") or aws.arn("lambda", f"event-source-mapping:{made['UUID']}")
    state = pick(made, "FunctionArn", "BatchSize", "State", "StateTransitionReason", "LastProcessingResult", uuid="UUID")
    return made["UUID"], {**state, "arn": arn}


@creates("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
def event_invoke_config(aws: Aws, given: Inputs) -> Made:
    """Retries and destinations of asynchronous events."""
    aws.call("lambda", "put_function_event_invoke_config", given)
    qualifier = given.get("qualifier")
    return f"{given['functionName']}:{qualifier}" if qualifier else str(given["functionName"]), {}


@creates("aws:lambda/invocation:Invocation")
def invocation(aws: Aws, given: Inputs) -> Made:
    """A call of a function with what the provider adds for a life cycle; a function that raises fails the resource."""
    payload = json.loads(given["input"])
    if given.get("lifecycleScope", "CREATE_ONLY") == "CRUD":
        payload[given.get("terraformKey", "tf")] = {"action": "create", "prev_input": None}
    where = {"FunctionName": given["functionName"], "Qualifier": given.get("qualifier", "$LATEST")}
    made = aws.client("lambda").invoke(**where, Payload=json.dumps(payload).encode())
    answer = made["Payload"].read().decode()
    if "FunctionError" in made:
        raise MarqueeError(f"the function {where['FunctionName']} failed: {answer[:500]}")
    return f"{where['FunctionName']}_{where['Qualifier']}_{crc32(given['input']):08x}", {"result": answer, "qualifier": where["Qualifier"]}


def zip_bytes(code: Archive) -> bytes:
    """The bytes of a deployment package. Relative paths start at the project's folder, in which the program runs."""
    if code.path is not None:
        path = Path(code.path)
        if not path.exists():
            raise MarqueeError(f"there is no code at {path.resolve()}")
        return (
            _zip({name.relative_to(path).as_posix(): name.read_bytes() for name in path.rglob("*") if name.is_file()})
            if path.is_dir()
            else path.read_bytes()
        )
    if code.assets is None:
        raise MarqueeError(f"code at {code.uri} is outside this machine", fix="Give a path or assets.")
    return _zip(dict(_entries(code.assets)))


def _entries(assets: dict[str, Asset | Archive]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for name, asset in assets.items():
        if isinstance(asset, Asset):
            found.append((name, Path(asset.path).read_bytes() if asset.path else (asset.text or "").encode()))
        else:
            with zipfile.ZipFile(io.BytesIO(zip_bytes(asset))) as inner:
                found += [(f"{name}/{entry}", inner.read(entry)) for entry in inner.namelist()]
    return found


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
