"""All changes to the emulators, installed in one place. Each stands in a module of its own, with its reason and a test."""

from pathlib import Path

from marquee.emulator.media.pool import Pool
from marquee.emulator.recorder import Recorder
from marquee.emulator.services import (
    dead_letters,
    functions,
    media_tasks,
    object_events,
    object_ranges,
    replica_keys,
    state_machines,
    strict_policies,
)
from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.execute_api import ExecuteApi
from marquee.emulator.services.function_roles import FunctionRoles
from marquee.emulator.services.mediaconvert import MediaConvert
from marquee.emulator.services.notifications import Notifications
from marquee.emulator.services.own import OwnServices
from marquee.emulator.services.replication import Replication
from marquee.emulator.services.rules import Rules
from marquee.emulator.services.service_calls import ServiceCalls
from marquee.emulator.services.state_machine_roles import StateMachineRoles


def install(recorder: Recorder, folder: Path) -> OwnServices:
    """Install every change. Once, after MiniStack's import and before its first request. `folder` lasts as long as the process.

    Returns the services that neither emulator has.
    """
    strict_policies.install()
    enforcement = Enforcement(recorder)
    enforcement.install()
    functions.install(folder)
    state_machines.install(enforcement)
    service_calls = ServiceCalls(recorder)
    Rules(enforcement, service_calls).install()
    Notifications(service_calls).install()
    ExecuteApi(service_calls).install()
    FunctionRoles(enforcement).install()
    StateMachineRoles(enforcement).install()
    dead_letters.install()
    object_events.install()
    object_ranges.install()
    replica_keys.install()
    Replication(enforcement).install()
    mediaconvert = MediaConvert(Pool(), folder / "mediaconvert")
    media_tasks.install(enforcement, mediaconvert)
    return OwnServices(enforcement, {"mediaconvert": mediaconvert})
