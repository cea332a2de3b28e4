"""What a business does with heyoo, which knows no host but graph.facebook.com and checks no signature.

The proxy of its environment brings it to the simulated Meta. Templates are beyond it, so that its
own is created over the Graph API; its callback checks signatures.
"""

import os
import tempfile
from pathlib import Path

import requests
from heyoo import WhatsApp

from callback import SECRET, VERIFY_TOKEN, hear, listen
from steps import control, take

GRAPH = "https://graph.facebook.com/v23.0"
APP = os.environ["APP_ID"]
ACCOUNT = os.environ["WABA_ID"]
TOKEN = os.environ["ACCESS_TOKEN"]
RECIPIENT = "16505551234"


def graph(path, body, token=TOKEN):
    answer = requests.post(f"{GRAPH}/{path}", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.ok, answer.text
    return answer.json()


def is_sent(answer):
    assert answer["messages"][0]["id"].startswith("wamid."), answer


def registers_its_callback(_):
    subscription = {
        "object": "whatsapp_business_account",
        "callback_url": listen(),
        "verify_token": VERIFY_TOKEN,
        "fields": "messages,message_template_status_update",
    }
    assert graph(f"{APP}/subscriptions", subscription, f"{APP}|{SECRET}")["success"]
    assert graph(f"{ACCOUNT}/subscribed_apps", {})["success"]


def creates_an_authentication_template(client):
    button = {"type": "OTP", "otp_type": "COPY_CODE"}
    components = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [button]}]
    template = {"name": "login_code", "language": "en_US", "category": "AUTHENTICATION"}
    graph(f"{ACCOUNT}/message_templates", template | {"components": components})
    approved = hear(lambda update: client.changed_field(update) == "message_template_status_update")
    assert client.preprocess(approved)["event"] == "APPROVED"


def sends_a_code(client):
    parameters = [{"type": "text", "text": "482913"}]
    button = {"type": "button", "sub_type": "url", "index": "0", "parameters": parameters}
    components = [{"type": "body", "parameters": parameters}, button]
    is_sent(client.send_template("login_code", RECIPIENT, components, lang="en_US"))
    assert control("GET", f"/_mock/phones/{RECIPIENT}?wait_secs=30")["messages"][0]["code"] == "482913"


def hears_sent_delivered_and_read(client):
    for status in ["sent", "delivered", "read"]:
        hear(lambda update: client.get_delivery(update) == status)


def hears_an_answer_from_the_phone(client):
    control("POST", f"/_mock/phones/{RECIPIENT}/messages", {"text": "Ça marche 🎉"})
    update = hear(client.is_message)
    assert client.get_message(update) == "Ça marche 🎉"
    assert client.get_mobile(update) == RECIPIENT
    assert client.get_name(update)
    marked = client.mark_as_read(client.get_message_id(update))
    assert marked["success"], marked
    is_sent(client.reply_to_message(client.get_message_id(update), RECIPIENT, "Thank you"))
    is_sent(client.send_reaction("\N{THUMBS UP SIGN}", client.get_message_id(update), RECIPIENT))


def answers_with_every_kind_of_message(client):
    link = "https://example.com/file"
    yes = {"type": "reply", "reply": {"id": "yes", "title": "Yes"}}
    rows = [{"id": "one", "title": "One", "description": "the first"}]
    person = {"name": {"formatted_name": "A Person", "first_name": "A"}, "phones": [{"phone": "+15550001111"}]}
    for answer in [
        client.send_message("Hello", RECIPIENT),
        client.send_image(link, RECIPIENT),
        client.send_sticker(link, RECIPIENT),
        client.send_audio(link, RECIPIENT),
        client.send_video(link, RECIPIENT),
        client.send_document(link, RECIPIENT),
        client.send_location("59.33", "18.06", "Stockholm", "Sweden", RECIPIENT),
        client.send_contacts([person], RECIPIENT),
        client.send_reply_button(
            {"type": "button", "body": {"text": "Well?"}, "action": {"buttons": [yes]}}, RECIPIENT
        ),
        client.send_button(
            {"body": "Which?", "action": {"button": "Choose", "sections": [{"title": "All", "rows": rows}]}},
            RECIPIENT,
        ),
    ]:
        is_sent(answer)


def uploads_fetches_and_deletes_media(client):
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "picture.png")
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        media = client.upload_media(str(picture))["id"]
        fetched = client.download_media(client.query_media_url(media), "image/png", str(Path(folder, "fetched")))
        assert Path(fetched).read_bytes() == picture.read_bytes()
        assert client.delete_media(media)["success"]


def is_told_that_a_template_is_missing(client):
    answer = client.send_template("nothing", RECIPIENT, [], lang="en_US")
    assert answer["error"]["code"] == 132001, answer


STEPS = [
    registers_its_callback,
    creates_an_authentication_template,
    sends_a_code,
    hears_sent_delivered_and_read,
    hears_an_answer_from_the_phone,
    answers_with_every_kind_of_message,
    uploads_fetches_and_deletes_media,
    is_told_that_a_template_is_missing,
]

take(STEPS, WhatsApp(TOKEN, os.environ["PHONE_NUMBER_ID"]))
