"""What a run of a program yields: the graph, in previews and in updates."""

import os
import sys
from pathlib import Path

import pytest

from marquee.engine import UNKNOWN, Archive, Asset, Secret, run
from marquee.engine.events import Event, Message, ResourceDone, ResourceStarted, SecretStandIn
from tests.unit.engine_programs import Recorder, execute, named, project

CHAIN = """
    group = Group("g")
    inner = Group("i", child(group))
    first = Thing("first", child(inner), size=3, ratio=0.5, on=True, tags={"B": "2", "A": "1"}, items=["x", None])
    second = Thing("second", child(inner), of=first.out, id_of=first.id, whole=first)
    group.register_outputs({"out": second.out})
    pulumi.export("result", second.out)
"""


def test_urns_carry_the_types_of_all_ancestors_but_the_stack(tmp_path: Path) -> None:
    graph = execute(tmp_path, CHAIN, preview=True)
    stack = "urn:pulumi:dev::tiny::pulumi:pulumi:Stack::tiny-dev"
    group = "urn:pulumi:dev::tiny::test:groups:Group::g"
    inner = "urn:pulumi:dev::tiny::test:groups:Group$test:groups:Group::i"
    thing = "urn:pulumi:dev::tiny::test:groups:Group$test:groups:Group$test:index:Thing::"
    assert list(graph.resources) == [stack, group, inner, thing + "first", thing + "second"]
    assert [resource.parent for resource in graph] == ["", stack, group, inner, inner]
    assert [resource.custom for resource in graph] == [False, False, False, True, True]


def test_an_update_hands_outputs_on(tmp_path: Path) -> None:
    backend = Recorder()
    graph = execute(tmp_path, CHAIN, backend=backend)
    assert [request.name for request in backend.created] == ["first", "second"]
    first, second = named(graph, "first"), named(graph, "second")
    assert first.inputs == {"size": 3, "ratio": 0.5, "on": True, "tags": {"A": "1", "B": "2"}, "items": ["x", None]}
    assert isinstance(first.inputs["size"], int)
    assert first.outputs == {**first.inputs, "out": "made"}
    assert second.inputs == {"of": "made", "id_of": "first-id", "whole": "first-id"}
    assert second.dependencies == (first.urn,)
    assert second.property_dependencies == {"id_of": (first.urn,), "of": (first.urn,), "whole": (first.urn,)}
    assert named(graph, "g").outputs == {"out": "made"}
    assert graph.outputs == {"result": "made"}
    assert not graph.preview
    assert len(graph) == 5


def test_a_preview_leaves_unknown_what_only_a_deployment_can_tell(tmp_path: Path) -> None:
    backend = Recorder()
    graph = execute(tmp_path, CHAIN, preview=True, backend=backend)
    assert backend.created == []
    first, second = named(graph, "first"), named(graph, "second")
    assert first.id == ""
    assert first.outputs["size"] == 3
    assert second.inputs == {"of": UNKNOWN, "id_of": UNKNOWN, "whole": UNKNOWN}
    assert second.property_dependencies["of"] == (first.urn,)
    assert graph.outputs == {"result": UNKNOWN}
    assert graph.preview


def test_a_preview_knows_an_output_that_repeats_an_input(tmp_path: Path) -> None:
    program = """
        first = Thing("first", size="3")
        Thing("second", of=first.size)
    """
    graph = execute(tmp_path, program, preview=True, head=HEAD_WITH_SIZE)
    assert named(graph, "second").inputs == {"of": "3"}


HEAD_WITH_SIZE = """
import pulumi
class Thing(pulumi.CustomResource):
    size: pulumi.Output[str]
    def __init__(self, name, opts=None, **props):
        super().__init__("test:index:Thing", name, {"size": None, **props}, opts)
"""


def test_an_apply_does_not_run_on_an_unknown(tmp_path: Path) -> None:
    program = 'Thing("second", of=Thing("first").out.apply(lambda text: text.upper()))'
    assert named(execute(tmp_path, program, preview=True), "second").inputs == {"of": UNKNOWN}
    assert named(execute(tmp_path, program), "second").inputs == {"of": "MADE"}


def test_secrets_stay_marked_and_do_not_print(tmp_path: Path) -> None:
    program = """
        first = Thing("first", word=pulumi.Output.secret("hush"), out2=1, opts=pulumi.ResourceOptions(additional_secret_outputs=["out"]))
        Thing("second", of=first.out)
        pulumi.export("word", pulumi.Output.secret("hush"))
    """
    graph = execute(tmp_path, program, backend=Recorder(outputs={"out": "made", "word": "hush"}))
    first = named(graph, "first")
    assert first.inputs["word"] == Secret("hush")
    assert first.outputs["word"] == Secret("hush"), "the backend repeated a secret input as plain text"
    assert first.outputs["out"] == Secret("made"), "additional_secret_outputs"
    assert named(graph, "second").inputs["of"] == Secret("made")
    assert graph.outputs["word"] == Secret("hush")
    assert "hush" not in repr((first, graph.outputs))


def test_a_secret_stays_one_while_unknown(tmp_path: Path) -> None:
    program = 'Thing("second", of=pulumi.Output.secret(Thing("first").out))'
    assert named(execute(tmp_path, program, preview=True), "second").inputs["of"] == Secret(UNKNOWN)


def test_assets_and_archives(tmp_path: Path) -> None:
    program = """
        Thing("a", file=pulumi.FileAsset("./x.txt"), text=pulumi.StringAsset("t"), folder=pulumi.FileArchive("./d"),
              parts=pulumi.AssetArchive({"a/b": pulumi.StringAsset("t"), "c": pulumi.FileArchive("./d")}))
    """
    (tmp_path / "d").mkdir()
    (tmp_path / "x.txt").write_text("")
    assert named(execute(tmp_path, program), "a").inputs == {
        "file": Asset(path="./x.txt"),
        "text": Asset(text="t"),
        "folder": Archive(path="./d"),
        "parts": Archive(assets={"a/b": Asset(text="t"), "c": Archive(path="./d")}),
    }


def test_options_are_recorded(tmp_path: Path) -> None:
    program = """
        first = Thing("first")
        Thing("second", pulumi.ResourceOptions(
            protect=True, retain_on_delete=True, ignore_changes=["size"], delete_before_replace=True, depends_on=[first],
            replace_on_changes=["tags"], deleted_with=first, custom_timeouts=pulumi.CustomTimeouts(create="30m")))
    """
    graph = execute(tmp_path, program, preview=True)
    second = named(graph, "second")
    assert (second.protect, second.retain_on_delete, second.delete_before_replace) == (True, True, True)
    assert second.ignore_changes == ("size",)
    assert second.replace_on_changes == ("tags",)
    assert second.custom_timeouts == {"create": "30m"}
    assert second.deleted_with == named(graph, "first").urn
    assert second.dependencies == (named(graph, "first").urn,)
    assert second.property_dependencies == {}
    assert named(graph, "first").delete_before_replace is None
    assert second.declared_at.startswith("__main__.py:")


def test_depending_on_a_component_means_its_children(tmp_path: Path) -> None:
    program = """
        group = Group("g")
        Thing("inside", child(group))
        Thing("after", pulumi.ResourceOptions(depends_on=[group]))
    """
    graph = execute(tmp_path, program)
    assert named(graph, "after").dependencies == (named(graph, "inside").urn,)


def test_aliases_become_urns(tmp_path: Path) -> None:
    program = """
        group = Group("new", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]))
        former = [pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE), pulumi.Alias(type_="test:index:Old")]
        Thing("new-a", pulumi.ResourceOptions(parent=group, aliases=former))
        Thing("other", pulumi.ResourceOptions(aliases=["urn:pulumi:dev::tiny::a:b:C::x"]))
    """
    graph = execute(tmp_path, program, preview=True)
    assert named(graph, "new").aliases == ("urn:pulumi:dev::tiny::test:groups:Group::old",)
    assert named(graph, "other").aliases == ("urn:pulumi:dev::tiny::a:b:C::x",)
    below = "urn:pulumi:dev::tiny::test:groups:Group$test:index:"
    assert named(graph, "new-a").aliases == (
        "urn:pulumi:dev::tiny::test:index:Thing::new-a",
        below + "Old::new-a",
        below + "Thing::old-a",  # inherited: the parent's former name was the prefix of this one
    )


def test_reading_an_existing_resource(tmp_path: Path) -> None:
    program = """
        known = Thing("known", pulumi.ResourceOptions(id="i-123"))
        Thing("of-known", of=known.out, id_of=known.id)
        later = Thing("later", pulumi.ResourceOptions(id=Thing("made").id))
        Thing("of-later", of=later.out)
    """
    preview = execute(tmp_path, program, preview=True)
    assert named(preview, "known").id == "i-123"
    assert named(preview, "of-known").inputs == {"of": "read i-123", "id_of": "i-123"}
    assert named(preview, "of-later").inputs == {"of": UNKNOWN}
    assert named(execute(tmp_path, program), "of-later").inputs == {"of": "read made-id"}


def test_functions_are_answered_in_previews_too(tmp_path: Path) -> None:
    program = """
        known = pulumi.runtime.invoke("test:index:find", {"name": "x"}).value["answer"]
        Thing("a", of=known)
        Thing("b", of=pulumi.runtime.invoke_output("test:index:find", {"name": Thing("c").out}).apply(lambda found: found["answer"]))
        Thing("d", of=pulumi.runtime.invoke_output("test:index:find", {"names": [Thing("e").out]}).apply(lambda found: found["answer"]))
    """
    backend = Recorder()
    preview = execute(tmp_path, program, preview=True, backend=backend, config="test:region: here")
    assert named(preview, "a").inputs == {"of": "test:index:find answered"}
    assert named(preview, "b").inputs == named(preview, "d").inputs == {"of": UNKNOWN}
    assert backend.invoked == [("test:index:find", {"name": "x"}, {"region": "here"})]
    assert named(execute(tmp_path, program), "d").inputs == {"of": "test:index:find answered"}


def test_explicit_providers_hand_their_inputs_on(tmp_path: Path) -> None:
    program = """
        class Provider(pulumi.ProviderResource):
            def __init__(self, name, **props):
                super().__init__("test", name, props)
        north = Provider("north", region="north", tags='{"a": 1}')
        group = Group("g", pulumi.ResourceOptions(providers=[north]))
        Thing("a", child(group))
        pulumi.runtime.invoke("test:index:find", {}, pulumi.InvokeOptions(provider=north))
    """
    backend = Recorder()
    graph = execute(tmp_path, program, backend=backend)
    north, thing = named(graph, "north"), named(graph, "a")
    assert north.type == "pulumi:providers:test"
    assert thing.provider == f"{north.urn}::{north.id}"
    assert len(north.id) == 36
    assert backend.created[0].provider_inputs == {"region": "north", "tags": {"a": 1}}
    assert backend.invoked[0][2] == {"region": "north", "tags": {"a": 1}}
    assert named(execute(tmp_path, program), "north").id == north.id, "ids are the same in every run"


def test_events_come_in_order(tmp_path: Path) -> None:
    events: list[Event] = []
    execute(tmp_path, 'pulumi.info("hello")\nThing("a")\npulumi.warn("careful")', on_event=events.append)
    assert [type(event) for event in events] == [Message, Message, ResourceStarted, ResourceDone, ResourceStarted, ResourceDone]
    assert events[:2] == [Message("info", "hello"), Message("warning", "careful")]
    assert isinstance(events[-1], ResourceDone)
    assert events[-1].resource.id == "a-id"


def test_a_secure_value_is_stood_in_for_and_told(tmp_path: Path) -> None:
    events: list[Event] = []
    program = """
        config = pulumi.Config()
        pulumi.export("token", config.require_secret("token"))
        pulumi.export("inner", config.require_object("object")["list"][0]["key"])
    """
    config = """
        tiny:token: {secure: AAAB}
        tiny:object:
          list: [{key: {secure: AAAC}}]
    """
    graph = execute(tmp_path, program, config=config, on_event=events.append)
    assert graph.outputs["token"] == Secret("local-token")
    assert events[:2] == [
        SecretStandIn("tiny:token", "local-token"),
        SecretStandIn("tiny:object.list[0].key", "local-object.list[0].key"),
    ]


def test_config_can_be_overridden(tmp_path: Path) -> None:
    program = 'pulumi.export("a", pulumi.Config().require_object("a"))'
    project(tmp_path, program, config="tiny:a: {b: 1}")
    graph = run(tmp_path, stack="dev", backend=Recorder(), preview=True, config={"a": {"b": [True]}})
    assert graph.outputs == {"a": {"b": [True]}}


def test_stacks_and_projects_do_not_see_each_other(tmp_path: Path) -> None:
    program = 'import part\npulumi.export("part", part.NAME)\npulumi.export("stack", pulumi.get_stack())'
    one = project(tmp_path / "one", program, part="NAME = 'one'")
    two = project(tmp_path / "two", program, part="NAME = 'two'")
    (one / "Pulumi.prod.yaml").write_text("")
    results = [
        run(folder, stack=stack, backend=Recorder(), preview=preview).outputs
        for folder, stack, preview in ((one, "dev", True), (two, "dev", False), (one, "prod", False), (one, "dev", False))
    ]
    assert [(found["part"], found["stack"]) for found in results] == [("one", "dev"), ("two", "dev"), ("one", "prod"), ("one", "dev")]
    assert "part" not in sys.modules


def test_a_changed_file_is_seen_by_the_next_run(tmp_path: Path) -> None:
    folder = project(tmp_path, "import part\npulumi.export('part', part.NAME)", part="NAME = 1")
    assert run(folder, stack="dev", backend=Recorder(), preview=True).outputs == {"part": 1}
    (folder / "part.py").write_text("NAME = 'another'")
    assert run(folder, stack="dev", backend=Recorder(), preview=True).outputs == {"part": "another"}


def test_the_process_is_left_as_it_was(tmp_path: Path) -> None:
    before = Path.cwd(), list(sys.path), dict(os.environ)
    graph = execute(tmp_path, 'import os\npulumi.export("cwd", os.getcwd())')
    assert graph.outputs == {"cwd": str(tmp_path)}
    assert (Path.cwd(), list(sys.path), dict(os.environ)) == before


def test_a_program_may_be_asynchronous(tmp_path: Path) -> None:
    program = """
        import asyncio

        async def main():
            await asyncio.sleep(0.01)
            return {"out": Thing("a").out}

        pulumi.run(main)
    """
    assert execute(tmp_path, program).outputs == {"out": "made"}


@pytest.mark.parametrize("preview", [True, False])
def test_two_runs_are_equal(tmp_path: Path, preview: bool) -> None:
    program = """
        things = [Thing(f"t{n}") for n in range(20)]
        for n in range(20):
            Thing(f"all{n}", of=pulumi.Output.all(*[thing.out for thing in things]))
        pulumi.export("all", [thing.out for thing in things])
    """

    def told() -> list[str]:
        graph = execute(tmp_path, program, preview=preview)
        return [repr((r.urn, r.inputs, r.outputs, r.dependencies, r.property_dependencies)) for r in graph] + [repr(graph.outputs)]

    assert told() == told()
