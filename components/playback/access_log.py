"""What an API writes down of each request."""

import json
from typing import Final

FORMAT: Final = json.dumps(
    {
        "requestId": "$context.requestId",
        "time": "$context.requestTime",
        "address": "$context.identity.sourceIp",
        "route": "$context.routeKey",
        "status": "$context.status",
        "bytes": "$context.responseLength",
        "milliseconds": "$context.responseLatency",
        "integrationStatus": "$context.integrationStatus",
        "integrationError": "$context.integrationErrorMessage",
        "authoriserError": "$context.authorizer.error",
        "error": "$context.error.message",
        "session": "$context.authorizer.session",
    }
)
"""No token, no cookie, no user: the route stands for the path, which holds a session's id at most."""
