"""Points the unmodified azure-ai-ml client at a batchdeck engine that speaks TLS.

What is arranged around the client is what CONTRACT section 11 names and nothing else: the address of the cloud metadata
document, the certificate to trust, a credential that hands out the engine's token, and a name resolver that knows that
*.localhost is this machine (RFC 6761), which not every C library does.
"""

import os
import socket
import time

_getaddrinfo = socket.getaddrinfo


def _resolve(host, *rest, **more):
    """The resolver, with the names that the C library may not know."""
    if isinstance(host, str) and host.endswith(".localhost"):
        host = "127.0.0.1"
    return _getaddrinfo(host, *rest, **more)


def connect(connection, ca):
    """A client for the engine of a connection file; nothing of azure may be imported before."""
    os.environ["ARM_CLOUD_METADATA_URL"] = connection["arm_metadata_url"]
    os.environ["REQUESTS_CA_BUNDLE"] = str(ca)
    os.environ["AZURE_CORE_COLLECT_TELEMETRY"] = "no"
    os.environ["AZUREML_RUN_POLLING_INTERVAL_MIN"] = "1"
    os.environ.pop("AZUREML_CURRENT_CLOUD", None)
    socket.getaddrinfo = _resolve

    from azure.ai.ml import MLClient
    from azure.core.credentials import AccessToken

    class EngineCredential:
        """A credential that has one token for every audience."""

        def get_token(self, *scopes, **_):
            assert scopes, "a client must say what the token is for"
            return AccessToken(connection["token"], int(time.time()) + 3600)

    return MLClient(
        EngineCredential(), connection["subscription_id"], connection["resource_group"],
        connection["workspace_name"],
    )
