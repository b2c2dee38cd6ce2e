"""A network that somebody else built."""

from components.refs import NetworkRef
from marquee.settings.network import Network
from marquee.settings.regions import Region


def existing_network(region: Region, network: Network) -> NetworkRef:
    """The handle of the region's entry under `network.existing`.

    Nothing is created: routes, access lists, endpoints and flow logs are its owner's. KeyError if the entry is
    missing, which the settings do not let happen.
    """
    given = network.existing[region.name]
    return NetworkRef(
        vpc_id=given.vpc_id,
        vpc_cidr=str(region.cidr),
        public_subnet_ids=given.public,
        application_subnet_ids=given.application,
        data_subnet_ids=given.data,
    )
