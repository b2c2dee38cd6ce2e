"""The exact inputs of each leaf component; the stacks' own are in the other tests. They prove what is declared, not that AWS accepts it."""

from typing import Any

import pytest

from components.keys.policy import key_policy
from components.storage.bucket import EncryptedBucketArgs
from marquee.engine import UNKNOWN
from tests.graph.leaf_program import ACCOUNT, AWAY, HOME, PREFIX, inputs, key, leaves, statements, the


class TestEncryptedBucket:
    def test_it_has_these_parts_and_no_others(self) -> None:
        parts = sorted(r.type.rpartition(":")[2] for r in leaves(keep=False) if r.custom and r.name == "films")
        assert parts == [
            "Bucket",
            "BucketLifecycleConfiguration",
            "BucketNotification",
            "BucketOwnershipControls",
            "BucketPolicy",
            "BucketPublicAccessBlock",
            "BucketServerSideEncryptionConfiguration",
            "BucketVersioning",
        ]

    def test_it_encrypts_by_the_key_given_through_a_bucket_key(self) -> None:
        assert inputs("BucketServerSideEncryptionConfiguration", "films")["rules"] == [
            {"bucketKeyEnabled": True, "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key("media")}}
        ]
        assert inputs("BucketServerSideEncryptionConfiguration", "logs")["rules"] == [
            {"bucketKeyEnabled": False, "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
        ]

    def test_it_is_private_and_versioned(self) -> None:
        block = inputs("BucketPublicAccessBlock", "films")
        del block["bucket"]
        assert block == dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
        assert inputs("BucketOwnershipControls", "films")["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
        assert inputs("BucketVersioning", "films")["versioningConfiguration"] == {"status": "Enabled"}
        assert inputs("BucketNotification", "films")["eventbridge"] is True

    def test_its_policy_refuses_plain_http_and_holds_what_was_given(self) -> None:
        tls, extra = statements(inputs("BucketPolicy", "films")["policy"])
        assert (tls["Effect"], tls["Principal"], tls["Action"]) == ("Deny", "*", "s3:*")
        assert tls["Resource"] == ["arn:aws:s3:::films", "arn:aws:s3:::films/*"]
        assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert extra["Sid"] == "Extra"
        assert the("BucketPublicAccessBlock", "films").urn in the("BucketPolicy", "films").dependencies

    def test_its_lifecycle_ends_versions_uploads_and_what_has_a_term(self) -> None:
        tidy, *expire = inputs("BucketLifecycleConfiguration", "films")["rules"]
        assert tidy["noncurrentVersionExpiration"] == {"noncurrentDays": 9}
        assert tidy["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
        assert [(rule["id"], rule["filter"], rule["expiration"]) for rule in expire] == [
            ("expire-refused", {"prefix": "refused/"}, {"days": 90}),
            ("expire-all", {"prefix": ""}, {"days": 400}),
        ]

    @pytest.mark.parametrize("keep", [True, False])
    def test_it_is_kept_or_goes_with_the_stack(self, keep: bool) -> None:
        bucket = the("Bucket", "films", keep=keep)
        assert bucket.inputs["forceDestroy"] is not keep
        assert (bucket.protect, bucket.retain_on_delete) == (keep, keep)

    def test_a_term_below_a_day_is_refused(self) -> None:
        with pytest.raises(ValueError, match="noncurrent_days must be at least 1, not 0"):
            EncryptedBucketArgs(bucket_name="b", key_arn=None, region=HOME, keep_data=False, noncurrent_days=0)

    def test_its_verbs_grant_exact_actions_below_a_prefix(self) -> None:
        through_s3 = {
            "StringEquals": {"kms:ViaService": f"s3.{HOME}.amazonaws.com"},
            "ArnEquals": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::films"},
        }
        objects = statements(inputs("RolePolicy", "health-access")["policy"])[:3]
        assert [(s["Action"], s["Resource"]) for s in objects] == [
            (["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::films/masters/*"]),
            (["s3:AbortMultipartUpload", "s3:PutObject"], ["arn:aws:s3:::films/out/*"]),
            (["s3:DeleteObject"], ["arn:aws:s3:::films/out/*"]),
        ]
        media = [s for s in statements(inputs("RolePolicy", "health-keys")["policy"]) if s["Resource"] == [key("media")]]
        assert [(s["Action"], s["Condition"]) for s in media] == [
            (["kms:Decrypt"], through_s3),
            (["kms:Decrypt", "kms:GenerateDataKey"], through_s3),
        ]


class TestKeySet:
    def test_replicated_classes_have_replicas_logs_do_not_and_personal_data_stays(self) -> None:
        kinds = {
            r.name.removeprefix("keys-"): r for r in leaves(keep=False) if r.type in ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
        }
        replicas = {name for name, r in kinds.items() if r.type.endswith("ReplicaKey")}
        assert replicas == {f"{data_class}-{AWAY}" for data_class in ("media", "data", "secrets", "content")}
        assert set(kinds) - replicas == {
            *(f"{data_class}-{HOME}" for data_class in ("media", "data", "secrets", "logs", "content")),
            f"logs-{AWAY}",
            f"pii-{AWAY}",
        }
        assert {name: r.inputs["multiRegion"] for name, r in kinds.items() if name not in replicas} == {
            f"media-{HOME}": True,
            f"data-{HOME}": True,
            f"secrets-{HOME}": True,
            f"content-{HOME}": True,
            f"pii-{AWAY}": True,
            f"logs-{HOME}": False,
            f"logs-{AWAY}": False,
        }

    def test_each_is_made_in_its_region_and_has_an_alias_there(self) -> None:
        for resource in leaves(keep=False):
            if resource.type.startswith("aws:kms/"):
                assert resource.provider.rpartition("::")[0].endswith(f"::{resource.name.split('-', 2)[2]}")
        alias = inputs("Alias", f"keys-media-{AWAY}")
        assert alias == {"name": f"alias/{PREFIX}-media", "targetKeyId": key("media", AWAY)}

    @pytest.mark.parametrize(("keep", "days"), [(True, 30), (False, 7)])
    def test_it_rotates_and_waits_before_it_is_gone(self, keep: bool, days: int) -> None:
        made = the("Key", f"keys-media-{HOME}", keep=keep)
        assert made.inputs == {
            "description": f"{PREFIX}: media",
            "multiRegion": True,
            "enableKeyRotation": True,
            "policy": key_policy("media", account=ACCOUNT, region=HOME),
            "deletionWindowInDays": days,
        }
        assert (made.protect, made.retain_on_delete) == (keep, keep)

    @pytest.mark.parametrize(
        ("data_class", "services"),
        [
            ("media", {"cloudfront.amazonaws.com", "mediapackagev2.amazonaws.com"}),
            ("secrets", set[str]()),
            ("pii", set[str]()),
            ("content", set[str]()),
            ("data", {"cloudwatch.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"}),
            ("logs", {"delivery.logs.amazonaws.com", f"logs.{HOME}.amazonaws.com"}),
        ],
    )
    def test_only_the_account_and_the_services_of_a_class_use_its_key(self, data_class: Any, services: set[str]) -> None:
        found = statements(key_policy(data_class, account=ACCOUNT, region=HOME))
        assert {s["Principal"]["Service"] for s in found if "Service" in s["Principal"]} == services
        assert {s["Principal"]["AWS"] for s in found if "AWS" in s["Principal"]} == {f"arn:aws:iam::{ACCOUNT}:root"}
        for statement in found:
            assert not [action for action in statement["Action"] if "*" in action]
            administers = statement["Sid"] == "Administer"
            assert administers is ("Condition" not in statement)  # every use is bound to the account or to its log groups
            assert not administers or not {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"} & set(
                statement["Action"]
            )


class TestTable:
    def test_it_is_on_demand_encrypted_restorable_and_streamed(self) -> None:
        assert inputs("Table", "titles") == {
            "name": "titles",
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "id",
            "rangeKey": "at",
            "attributes": [{"name": name, "type": "S"} for name in ("at", "day", "id", "name")],
            "globalSecondaryIndexes": [
                {"name": "by-name", "hashKey": "name", "projectionType": "ALL"},
                {"name": "by-day", "hashKey": "day", "rangeKey": "at", "projectionType": "ALL"},
            ],
            "streamEnabled": True,
            "streamViewType": "NEW_AND_OLD_IMAGES",
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": key("data")},
            "pointInTimeRecovery": {"enabled": True},
            "deletionProtectionEnabled": False,
            "ttl": {"attributeName": "gone", "enabled": True},
            "replicas": [
                {
                    "regionName": AWAY,
                    "kmsKeyArn": key("data", AWAY),
                    "pointInTimeRecovery": True,
                    "deletionProtectionEnabled": False,
                    "propagateTags": True,
                }
            ],
        }

    def test_mature_protects_it_and_its_replicas(self) -> None:
        table = the("Table", "titles", keep=True)
        assert table.inputs["deletionProtectionEnabled"] is True
        assert table.inputs["replicas"][0]["deletionProtectionEnabled"] is True
        assert (table.protect, table.retain_on_delete) == (True, True)

    def test_its_use_names_the_table_and_its_key_through_dynamodb_alone(self) -> None:
        assert statements(inputs("RolePolicy", "reader-access")["policy"]) == [
            {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [f"arn:aws:dynamodb:{HOME}:{ACCOUNT}:table/titles"]}
        ]
        (through,) = statements(inputs("RolePolicy", "reader-keys")["policy"])
        assert through["Resource"] == [key("data")]
        assert through["Condition"] == {"StringEquals": {"kms:ViaService": f"dynamodb.{HOME}.amazonaws.com"}}


class TestQueue:
    def test_it_is_encrypted_and_keeps_letters_for_two_weeks(self) -> None:
        assert inputs("Queue", "letters") == {
            "name": f"{PREFIX}-dead-letters",
            "kmsMasterKeyId": key("data"),
            "kmsDataKeyReusePeriodSeconds": 300,
            "messageRetentionSeconds": 14 * 86_400,
            "visibilityTimeoutSeconds": 30,
        }

    def test_it_takes_from_the_named_sources_and_only_with_tls(self) -> None:
        arn = f"arn:aws:sqs:{HOME}:{ACCOUNT}:{PREFIX}-dead-letters"
        tls, events = statements(inputs("QueuePolicy", "letters")["policy"])
        assert (tls["Effect"], tls["Action"], tls["Resource"]) == ("Deny", "sqs:*", [arn])
        assert (events["Action"], events["Resource"]) == ("sqs:SendMessage", arn)
        assert events["Condition"] == {"ArnEquals": {"aws:SourceArn": ["arn:aws:events:r:a:rule/x"]}}


class TestRole:
    def test_it_carries_its_trust_and_the_boundary(self) -> None:
        role = inputs("Role", "reader")
        (trust,) = statements(role.pop("assumeRolePolicy"))
        assert trust["Principal"] == {"Service": "states.amazonaws.com"}
        assert role == {
            "name": "reader",
            "description": "reads titles",
            "permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
        }

    def test_a_preview_knows_all_but_the_statements_on_keys(self) -> None:
        assert the("RolePolicy", "reader-keys", preview=True).inputs["policy"] is UNKNOWN
        assert statements(the("RolePolicy", "reader-access", preview=True).inputs["policy"])


class TestLambdaFunction:
    def test_its_settings(self) -> None:
        function = inputs("Function", "health")
        code = function.pop("code")
        assert code.path == ".build/lambda/health.zip"
        assert function == {
            "name": f"{PREFIX}-health",
            "role": the("Role", "health").outputs["arn"],
            "runtime": "python3.13",
            "architectures": ["x86_64"],
            "handler": "runtime.health.handler.handler",
            "memorySize": 512,
            "timeout": 20,
            "environment": {"variables": {"POWERTOOLS_SERVICE_NAME": "health", "QUEUE": the("Queue", "letters").outputs["url"]}},
            "kmsKeyArn": key("data"),
            "deadLetterConfig": {"targetArn": the("Queue", "letters").outputs["arn"]},
            "tracingConfig": {"mode": "Active"},
            "loggingConfig": {"logFormat": "JSON", "logGroup": f"/aws/lambda/{PREFIX}-health"},
        }

    def test_its_logs_are_its_own_encrypted_and_end(self) -> None:
        assert inputs("LogGroup", "health") == {
            "name": f"/aws/lambda/{PREFIX}-health",
            "kmsKeyId": key("logs"),
            "retentionInDays": 30,
        }

    def test_it_waits_for_its_permissions(self) -> None:
        needs = {urn.rpartition("::")[2] for urn in the("Function", "health").property_dependencies["role"]}
        assert {"health", "health-access", "health-keys"} <= needs

    def test_its_role_may_log_trace_and_leave_dead_letters_beside_what_was_given(self) -> None:
        own = statements(inputs("RolePolicy", "health-access")["policy"])[3:]
        assert [(s["Action"], s["Resource"]) for s in own] == [
            (
                ["logs:CreateLogStream", "logs:PutLogEvents"],
                [f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/aws/lambda/{PREFIX}-health:*"],
            ),
            (["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
            (["sqs:SendMessage"], [f"arn:aws:sqs:{HOME}:{ACCOUNT}:{PREFIX}-dead-letters"]),
        ]
        on_data = [s for s in statements(inputs("RolePolicy", "health-keys")["policy"]) if s["Resource"] == [key("data")]]
        arn = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:{PREFIX}-health"
        assert [(s["Action"], s["Condition"]["StringEquals"]) for s in on_data] == [
            (["kms:Decrypt", "kms:GenerateDataKey"], {"kms:ViaService": f"sqs.{HOME}.amazonaws.com"}),
            (["kms:Decrypt"], {"kms:EncryptionContext:aws:lambda:FunctionArn": arn}),
        ]
