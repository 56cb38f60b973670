"""A schema registry's one call that a reader needs: the schema of an id."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request


class RegistryError(Exception):
    """The registry can't be reached, refuses, or doesn't know the schema; the message says which and where."""


class Registry:
    """Schemas by id from a Confluent compatible registry, each asked for once. Not thread-safe.

    url: several, separated by commas, are tried in turn; `https://user:password@host` sends Basic authentication.
    token: sent as `Authorization: Bearer`.
    timeout: seconds, per URL.
    """

    def __init__(self, url, token=None, timeout=10.0):
        self._urls = [part.strip().rstrip("/") for part in url.split(",") if part.strip()]
        if not self._urls:
            raise ValueError("the registry's URL is empty; expected for example http://registry:8081")
        self._token = token
        self._timeout = timeout
        self._schemas = {}

    def __call__(self, schema_id):
        """The schema, parsed from its JSON."""
        if schema_id not in self._schemas:
            self._schemas[schema_id] = self._ask(schema_id)
        return self._schemas[schema_id]

    def _ask(self, schema_id):
        failures = []
        for url in self._urls:
            request, shown = self._request(f"{url}/schemas/ids/{schema_id}")
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                    return json.loads(json.load(answer)["schema"])
            except urllib.error.HTTPError as e:
                with e:
                    text = e.read(500).decode("utf-8", "replace")
                if e.code < 500 and e.code not in (408, 429):
                    raise RegistryError(f"{shown} answered HTTP {e.code}: {text}") from e
                failures.append(f"{shown} answered HTTP {e.code}")
            except (OSError, KeyError, ValueError) as e:
                failures.append(f"{shown}: {e!r}")
        raise RegistryError(f"schema {schema_id} can't be had: " + "; ".join(failures))

    def _request(self, url):
        parts = urllib.parse.urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        shown = urllib.parse.urlunsplit(parts._replace(netloc=host))
        request = urllib.request.Request(shown, headers={"Accept": "application/vnd.schemaregistry.v1+json, application/json"})
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        elif "@" in parts.netloc:
            user_info = urllib.parse.unquote(parts.netloc.rpartition("@")[0])
            request.add_header("Authorization", "Basic " + base64.b64encode(user_info.encode()).decode())
        return request, shown
