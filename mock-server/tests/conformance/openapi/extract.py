"""Reduces Meta's OpenAPI document to what its answers and webhooks must look like.

    python3 extract.py business-messaging-api_v23.0.yaml > v23.0.json

Kept are the schemas of the answers of the operations that otpbench implements and of the webhook
that Meta posts, with everything they refer to; left out are descriptions, examples, and all else.
Needs PyYAML.
"""

import json
import sys

import yaml

OPERATIONS = {
    "/{Version}/{Phone-Number-ID}/messages": ["post"],
    "/{Version}/{Phone-Number-ID}/marketing_messages": ["post"],
    "/{Version}/{WABA-ID}/message_templates": ["get", "post", "delete"],
    "/{Version}/{TEMPLATE_ID}": ["get", "post"],
    "/{Version}/{Phone-Number-ID}": ["get", "post"],
    "/{Version}/{Phone-Number-ID}/register": ["post"],
    "/{Version}/{Phone-Number-ID}/deregister": ["post"],
    "/{Version}/{Phone-Number-ID}/request_code": ["post"],
    "/{Version}/{Phone-Number-ID}/verify_code": ["post"],
    "/{Version}/{Phone-Number-ID}/settings": ["get", "post"],
    "/{Version}/{Phone-Number-ID}/whatsapp_business_profile": ["get", "post"],
    "/{Version}/{Phone-Number-ID}/block_users": ["get", "post", "delete"],
    "/{Version}/{Phone-Number-ID}/media": ["post"],
    "/{Version}/{Media-ID}": ["get", "delete"],
    "/{Version}/{Phone-Number-ID}/message_history": ["get"],
    "/{Version}/{Message-History-ID}/events": ["get"],
    "/{Version}/{WABA-ID}": ["get", "post"],
    "/{Version}/{WABA-ID}/phone_numbers": ["get", "post"],
    "/{Version}/{WABA-ID}/subscribed_apps": ["get", "post", "delete"],
    "/{Version}/{WABA-ID}/activities": ["get"],
    "/{Version}/{WhatsApp-Business-Account-ID}/assigned_users": ["get"],
}
PROSE = {"description", "example", "examples", "title", "externalDocs", "summary", "default", "xml"}
NAMES = {"properties", "schemas", "responses", "patternProperties", "$defs"}


def reduce(node, names=False):
    """Drops prose; keys inside a map of names are kept, whatever they are called."""
    if isinstance(node, dict):
        kept = {str(k): v for k, v in node.items() if names or str(k) not in PROSE}
        return {k: reduce(v, k in NAMES and not names) for k, v in kept.items()}
    return [reduce(item) for item in node] if isinstance(node, list) else node


def json_schema(holder):
    """The schema of a body, from whatever media type it is given for."""
    for media in (holder.get("content") or {}).values():
        if "schema" in media:
            return media["schema"]
    return None


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def resolve(document, reference):
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def main():
    document = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
    operations = {}
    for path, verbs in OPERATIONS.items():
        for verb in verbs:
            answers = {}
            for status, answer in document["paths"][path][verb]["responses"].items():
                if "$ref" in answer:
                    answer = resolve(document, answer["$ref"])
                schema = json_schema(answer)
                if schema is not None:
                    answers[str(status)] = reduce(schema)
            operations[f"{verb.upper()} {path}"] = answers
    webhook = json_schema(document["paths"]["/whatsapp/webhooks"]["post"]["requestBody"])
    reduced = {
        "source": "Meta's OpenAPI document of the WhatsApp Business Platform, "
        + document["info"]["version"] + ", reduced by extract.py",
        "operations": operations,
        "webhook": reduce(webhook),
        "components": {},
    }
    waiting = set(references(reduced))
    while waiting:
        reference = waiting.pop()
        kind, name = reference.removeprefix("#/components/").split("/")
        home = reduced["components"].setdefault(kind, {})
        if name not in home:
            home[name] = reduce(resolve(document, reference))
            waiting |= set(references(home[name]))
    json.dump(reduced, sys.stdout, indent=1, sort_keys=True)
    print()


main()
