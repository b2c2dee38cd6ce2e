"""What the engine refuses, because the real one does or because it does not serve it."""

import os
from pathlib import Path

import pytest

from marquee.engine import Created, EngineError, ProgramError, Request
from marquee.engine.project import load_project
from marquee.engine.registry import Registry
from tests.unit.engine_programs import Recorder, execute, named, project

NO_DEFAULT = "pulumi:disable-default-providers: [test]"
PROVIDER = """
    class Provider(pulumi.ProviderResource):
        def __init__(self, name, package="test", **props):
            super().__init__(package, name, props)
"""
REFUSED = {
    "the same URN twice": ('Thing("a")\nThing("a")', "Thing::a: a resource with this URN is registered already"),
    "a resource known only by a URN of elsewhere": (
        'Thing("a", child(Group("g", pulumi.ResourceOptions(urn="urn:pulumi:dev::tiny::x:y:Z::gone"))))',
        "urn:pulumi:dev::tiny::x:y:Z::gone: no resource of this run has this URN",
    ),
    "a dependency never registered": (
        'Thing("a", pulumi.ResourceOptions(depends_on=[pulumi.resource.DependencyResource("urn:pulumi:dev::tiny::x:y:Z::gone")]))',
        "depends on urn:pulumi:dev::tiny::x:y:Z::gone, which was never registered",
    ),
    "a type token of two parts": ('pulumi.CustomResource("test:Thing", "a")', "'test:Thing' is no type token"),
    "outputs registered twice": (
        'group = Group("g")\ngroup.register_outputs({})\ngroup.register_outputs({})',
        "Group::g: its outputs are registered twice",
    ),
    "an alias that another resource took": (
        'Thing("a")\nThing("b", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="a")]))',
        "Thing::b: its alias urn:pulumi:dev::tiny::test:index:Thing::a belongs to urn:pulumi:dev::tiny::test:index:Thing::a as well",
    ),
    "a name that an alias took": (
        'Thing("b", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="a")]))\nThing("a")',
        "Thing::a: is an alias of urn:pulumi:dev::tiny::test:index:Thing::b",
    ),
    "an alias of two": (
        "".join(f'Thing("{name}", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="a")]))\n' for name in "bc"),
        "Thing::c: its alias urn:pulumi:dev::tiny::test:index:Thing::a belongs to urn:pulumi:dev::tiny::test:index:Thing::b as well",
    ),
    "a timeout that is no duration": (
        'Thing("a", pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="30 minutes")))',
        "Thing::a: customTimeouts.create: '30 minutes' is no duration such as 30m or 1h30m",
    ),
    "a path that is none": (
        'Thing("a", pulumi.ResourceOptions(ignore_changes=["tags["]))',
        "Thing::a: ignoreChanges: 'tags[' is no property path",
    ),
    "a stack reference": ('pulumi.StackReference("org/project/stack")', "reference to the stack 'org/project/stack'"),
    "a stack transform": ("pulumi.runtime.register_resource_transform(lambda args: None)", "stack transform"),
    "a transform of a resource": ('Thing("a", pulumi.ResourceOptions(transforms=[lambda args: None]))', "transforms of 'a'"),
    "a hook": ('Thing("a", pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_create=[lambda args: None])))', "resource hook"),
    "a remote component": ('pulumi.ComponentResource("test:index:Remote", "a", {}, None, True)', "remote component test:index:Remote"),
    "a method call": ('pulumi.runtime.call("test:index:Thing/method", {}, Thing("a"))', "method call test:index:Thing/method"),
}


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("case", REFUSED)
def test_refused(tmp_path: Path, case: str, preview: bool) -> None:
    program, said = REFUSED[case]
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, program, preview=preview)
    assert said in caught.value.what
    assert len(caught.value.problems) == 1
    assert caught.value.exit_code == 1


def test_a_parent_must_have_been_registered(tmp_path: Path) -> None:
    registry = Registry(load_project(project(tmp_path, ""), "dev"))
    with pytest.raises(EngineError, match="x:y:Z 'a': its parent urn:pulumi:dev::tiny::x:y:Z::gone was never registered"):
        registry.reserve("x:y:Z", "a", "urn:pulumi:dev::tiny::x:y:Z::gone")


def test_the_same_name_below_another_parent_or_of_another_type_is_no_duplicate(tmp_path: Path) -> None:
    graph = execute(tmp_path, 'Thing("a")\nGroup("a")\nThing("a", child(Group("g")))')
    assert [resource.name for resource in graph] == ["tiny-dev", "a", "a", "g", "a"]


def test_the_error_names_the_line_that_declares(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"registered already \(__main__\.py:\d+\)") as caught:
        execute(tmp_path, 'Thing("a")\n\nThing("a")')
    line = int(caught.value.what.rpartition(":")[2].rstrip(")"))
    assert (tmp_path / "__main__.py").read_text().splitlines()[line - 1] == 'Thing("a")'
    assert line == len((tmp_path / "__main__.py").read_text().splitlines())


def test_a_package_without_default_provider_needs_an_explicit_one(tmp_path: Path) -> None:
    backend = Recorder()
    with pytest.raises(EngineError, match="Thing::a: the default provider for 'test' is disabled") as caught:
        execute(tmp_path, 'Thing("a")', config=NO_DEFAULT, backend=backend)
    assert "provider=" in caught.value.fix
    assert backend.created == []


@pytest.mark.parametrize("packages", ["[other, test]", '["*"]'])
def test_the_list_of_packages_may_hold_others_or_all(tmp_path: Path, packages: str) -> None:
    with pytest.raises(EngineError, match="default provider"):
        execute(tmp_path, 'Thing("a")', config=f"pulumi:disable-default-providers: {packages}", preview=True)


def test_functions_and_reads_need_an_explicit_provider_too(tmp_path: Path) -> None:
    for program in ('pulumi.runtime.invoke("test:index:find", {})', 'Thing("a", pulumi.ResourceOptions(id="i-1"))'):
        with pytest.raises(EngineError, match="default provider for 'test' is disabled"):
            execute(tmp_path, program, config=NO_DEFAULT, preview=True)


def test_an_explicit_provider_satisfies_it(tmp_path: Path) -> None:
    program = (
        PROVIDER
        + """
    north = Provider("north")
    Thing("a", child(Group("g", pulumi.ResourceOptions(providers=[north]))))
    Thing("b", pulumi.ResourceOptions(id="i-1", provider=north))
    pulumi.runtime.invoke("test:index:find", {}, pulumi.InvokeOptions(provider=north))
    """
    )
    graph = execute(tmp_path, program, config=NO_DEFAULT)
    north = named(graph, "north")
    assert named(graph, "a").provider == named(graph, "b").provider == f"{north.urn}::{north.id}"
    assert named(graph, "g").provider == ""


def test_other_packages_keep_their_default_provider(tmp_path: Path) -> None:
    assert named(execute(tmp_path, 'Thing("a")', config="pulumi:disable-default-providers: [other]"), "a").provider == ""


def test_a_preview_tells_all_that_is_wrong_with_inputs_an_update_stops_at_the_first(tmp_path: Path) -> None:
    program = """
        import pulumi_aws as aws
        aws.sqs.Queue("one", delay_seconds="5", tags={"A": 1})
        aws.s3.Bucket("two", bucket="b", lifecycle_rules=[{"enabled": True, "expiration": {"dayz": 1}}])
    """
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, program, preview=True)
    queue, bucket = "urn:pulumi:dev::tiny::aws:sqs/queue:Queue::one", "urn:pulumi:dev::tiny::aws:s3/bucket:Bucket::two"
    assert [problem.rpartition(" (")[0] for problem in caught.value.problems] == [
        f"{queue}: delaySeconds: an integer is expected, not a string",
        f"{queue}: tags.A: a string is expected, not an integer",
        f"{bucket}: lifecycleRules[0].expiration.dayz: no such property; did you mean 'days'?",
    ]
    assert "__main__.py:" in caught.value.problems[0]
    backend = Recorder()
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, program, backend=backend)
    assert len(caught.value.problems) == 2
    assert backend.created == []


def test_a_preview_tells_wrong_inputs_together_with_the_failure_that_ended_it(tmp_path: Path) -> None:
    program = """
        import pulumi_aws as aws
        aws.sqs.Queue("one", delay_seconds="5")
        Thing("a")
        Thing("a")
    """
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, program, preview=True)
    assert [("delaySeconds" in problem, "registered already" in problem) for problem in caught.value.problems] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("pulumi.FileAsset('./gone')", "it: there is no file './gone'"),
        ("pulumi.FileAsset('./folder')", "it: there is no file './folder'"),
        ("pulumi.FileArchive('./gone')", "it: there is no './gone'"),
        ("pulumi.FileArchive('./text')", "it: './text' is neither a folder nor an archive"),
        ("[{'deep': pulumi.Output.secret(pulumi.FileAsset('./gone'))}]", "it[0].deep: there is no file './gone'"),
        ("pulumi.AssetArchive({'a/b': pulumi.FileAsset('./gone')})", "it.a/b: there is no file './gone'"),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_files_must_be_there(tmp_path: Path, given: str, said: str, preview: bool) -> None:
    (tmp_path / "text").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, f'Thing("a", it={given})', preview=preview)
    assert f"test:index:Thing::a: {said}" in caught.value.what


def test_files_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("")
    (tmp_path / "a.zip").write_bytes(b"")
    program = (
        'Thing("a", it=[pulumi.FileAsset("text"), pulumi.FileArchive("."), pulumi.FileArchive("a.zip"), pulumi.RemoteAsset("s3://x/y")])'
    )
    assert len(named(execute(tmp_path, program), "a").inputs["it"]) == 4


def test_nested_settings_of_a_provider_are_checked(tmp_path: Path) -> None:
    program = """
        import pulumi_aws as aws
        aws.Provider("p", region="eu-west-1", allowed_account_ids=["123456789012"], default_tags={"tags": {"A": "1"}}, max_retries=3)
        aws.Provider("q", assume_roles=[{"role_arn": "arn"}])
    """
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, program, preview=True)
    (problem,) = caught.value.problems
    assert "assumeRoles[0].role_arn: no such property; did you mean 'roleArn'?" in problem


OPTIONS = {
    "a name of Python's, nested": ('ignore_changes=["tags_all.Name"]', "ignoreChanges: 'tags_all.Name' names no property"),
    "a misspelt name": ('ignore_changes=["bucketname"]', "ignoreChanges: 'bucketname' names no property"),
    "a replacement by a wrong name": (
        'replace_on_changes=["corsRules[*].allowed_methods"]',
        "replaceOnChanges: 'corsRules[*].allowed_methods'",
    ),
    "a secret that is no output": ('additional_secret_outputs=["password"]', "additionalSecretOutputs: 'password' names no property"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_options_name_properties(tmp_path: Path, case: str) -> None:
    given, said = OPTIONS[case]
    with pytest.raises(EngineError) as caught:
        execute(tmp_path, f'import pulumi_aws\npulumi_aws.s3.Bucket("a", opts=pulumi.ResourceOptions({given}))', preview=True)
    assert f"Bucket::a: {said}" in caught.value.what


def test_options_that_name_properties(tmp_path: Path) -> None:
    program = """
        import pulumi_aws
        pulumi_aws.s3.Bucket("a", opts=pulumi.ResourceOptions(
            ignore_changes=["force_destroy", "tags.Name", 'tags["a.b"]', "corsRules[*].allowedMethods[0]", "*"],
            replace_on_changes=["bucket"], additional_secret_outputs=["hosted_zone_id"],
            custom_timeouts=pulumi.CustomTimeouts(create="1h30m", delete="1.5h")))
    """
    made = named(execute(tmp_path, program, preview=True), "a")
    assert made.ignore_changes[0] == "forceDestroy"
    assert made.custom_timeouts == {"create": "1h30m", "delete": "1.5h"}


def test_a_resource_has_an_id(tmp_path: Path) -> None:
    class Forgetful(Recorder):
        def create(self, request: Request) -> Created:
            return Created(id="")

    with pytest.raises(EngineError, match="Thing::a: was made without an id"):
        execute(tmp_path, 'Thing("a")', backend=Forgetful())


def test_an_output_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match="Calling __str__ on an Output") as caught:
        execute(tmp_path, 'a = Thing("a")\nThing("b", note=f"after {a.id}")', preview=True)
    assert caught.value.fix.startswith("raised at __main__.py:")
    assert "PULUMI_ERROR_OUTPUT_STRING" not in os.environ
