# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""radvd on an AR: tells MNs that the gateway is here and where addresses come from."""

from __future__ import annotations

from pathlib import Path

from .addresses import ACCESS_MTU, GATEWAY_LINK_LOCAL, AccessRouter
from .namespaces import Namespace
from .network import ACCESS, Network
from .processes import Process, Processes

# The short intervals of RFC 6275, section 7.5; radvd allows them only beside AdvIntervalOpt.
_CONFIGURATION = f"""\
interface {ACCESS}
{{
    AdvSendAdvert on;
    AdvManagedFlag on;
    AdvOtherConfigFlag on;
    AdvIntervalOpt on;
    MinRtrAdvInterval 0.3;
    MaxRtrAdvInterval 1;
    MinDelayBetweenRAs 0.03;
    AdvDefaultLifetime 1800;
    AdvLinkMTU {ACCESS_MTU};
%s    AdvRASrcAddress
    {{
        {GATEWAY_LINK_LOCAL};
    }};
}};
"""

_AUTONOMOUS = """\
    prefix %s
    {
        AdvOnLink off;
        AdvAutonomous on;
        AdvValidLifetime 3600;
        AdvPreferredLifetime 1800;
    };
"""


def start_radvd(
    network: Network, processes: Processes, ar: AccessRouter, autonomous: str | None = None
) -> Process:
    """`autonomous`: a prefix of which hosts make their own addresses."""
    name = f"radvd-{ar.name}"
    configuration = processes.folder / f"{name}.conf"
    configuration.write_text(_CONFIGURATION % (_AUTONOMOUS % autonomous if autonomous else ""))
    return run_radvd(name, processes, network.inside(ar), configuration)


def run_radvd(
    name: str, processes: Processes, namespace: Namespace, configuration: Path
) -> Process:
    pid_file = processes.folder / f"{name}.pid"
    radvd = processes.add(
        name, namespace, "radvd", "-n", "-m", "stderr", "-d", "1", "-C", configuration, "-p", pid_file
    )
    radvd.start().wait_for_line("polling for")
    return radvd
