"""AWS WAF as a judge of requests: a web ACL's rules, what they see, what they answer, and what is logged of it. It knows no HTTP server."""
