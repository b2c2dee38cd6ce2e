"""The real AWS provider as judge of every resource: its schema, its plan-time checks and its create calls.

The graph of a stack is translated to Terraform JSON for `hashicorp/aws` and judged there. Nothing here deploys to AWS.
"""
