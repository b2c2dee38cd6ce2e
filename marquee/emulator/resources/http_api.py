"""HTTP APIs of API Gateway: authorisers, integrations, routes, stages, and the names that they answer to."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates

_SERVICE = "apigatewayv2"


@creates("aws:apigatewayv2/api:Api")
def api(aws: Aws, given: Inputs) -> Made:
    """An API without routes."""
    made = aws.call(_SERVICE, "create_api", given, Name=aws.physical(given))
    found = made["ApiId"]
    state = {
        "arn": f"arn:aws:apigateway:{aws.region}::/apis/{found}",
        "executionArn": aws.arn("execute-api", found),
        "apiEndpoint": f"https://{found}.execute-api.{aws.region}.amazonaws.com",
    }
    return found, {**pick(made, "Name"), **state}


@creates("aws:apigatewayv2/authorizer:Authorizer")
def authorizer(aws: Aws, given: Inputs) -> Made:
    """Who may call: an issuer's tokens, or what a function says."""
    made = aws.call(_SERVICE, "create_authorizer", given, rename={"identitySources": "IdentitySource"})
    return made["AuthorizerId"], {}


@creates("aws:apigatewayv2/integration:Integration")
def integration(aws: Aws, given: Inputs) -> Made:
    """What answers."""
    made = aws.call(_SERVICE, "create_integration", given, rename={"timeoutMilliseconds": "TimeoutInMillis"})
    return made["IntegrationId"], {}


@creates("aws:apigatewayv2/route:Route")
def route(aws: Aws, given: Inputs) -> Made:
    """A method and path, who may call it, and what answers."""
    return aws.call(_SERVICE, "create_route", given)["RouteId"], {}


@creates("aws:apigatewayv2/stage:Stage")
def stage(aws: Aws, given: Inputs) -> Made:
    """A stage; its id is its name."""
    name, found = str(given["name"]), str(given["apiId"])
    aws.call(_SERVICE, "create_stage", given, rename={"name": "StageName"})
    address = f"https://{found}.execute-api.{aws.region}.amazonaws.com/"
    state = {
        "arn": f"arn:aws:apigateway:{aws.region}::/apis/{found}/stages/{name}",
        "executionArn": aws.arn("execute-api", f"{found}/{name}"),
        "invokeUrl": address if name == "$default" else address + name,
    }
    return name, state


@creates("aws:apigatewayv2/domainName:DomainName")
def domain_name(aws: Aws, given: Inputs) -> Made:
    """A name of our own, and API Gateway's name behind it; its id is the name."""
    made = aws.call(_SERVICE, "create_domain_name", given, rename={"domainNameConfiguration": "DomainNameConfigurations"})
    (there,) = made["DomainNameConfigurations"]
    target = {"targetDomainName": there["ApiGatewayDomainName"], "hostedZoneId": there["HostedZoneId"]}
    arn = f"arn:aws:apigateway:{aws.region}::/domainnames/{made['DomainName']}"
    return made["DomainName"], {"arn": arn, "domainNameConfiguration": {**given["domainNameConfiguration"], **target}}


@creates("aws:apigatewayv2/apiMapping:ApiMapping")
def api_mapping(aws: Aws, given: Inputs) -> Made:
    """Which stage answers under a name."""
    return aws.call(_SERVICE, "create_api_mapping", given)["ApiMappingId"], {}
