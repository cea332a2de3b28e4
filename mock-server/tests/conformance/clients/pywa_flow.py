"""What a business does with pywa: from a template to a verified code, with signatures checked.

The client is as its package index ships it; with BASE_URL its session is pointed at the simulated
Meta, without it the client calls graph.facebook.com and the proxy of its environment brings it there.
"""

import os
import queue
import socket
import threading
import time

import uvicorn
from fastapi import FastAPI
from pywa import WhatsApp, errors, filters, types
from pywa.types import templates as t

from steps import control, take

BASE = os.environ.get("BASE_URL")
RECIPIENT = "16505551234"
WAIT_SECS = 10


class Heard:
    """What the callback was told, by kind."""

    def __init__(self):
        self.queues = {}
        self.lock = threading.Lock()

    def of(self, kind):
        with self.lock:
            return self.queues.setdefault(kind, queue.Queue())

    def put(self, kind, update):
        self.of(kind).put(update)

    def wait(self, kind):
        return self.of(kind).get(timeout=WAIT_SECS)


heard = Heard()


def client():
    listener = socket.create_server(("127.0.0.1", 0))
    app = FastAPI()
    callback = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    wa = WhatsApp(
        phone_id=os.environ["PHONE_NUMBER_ID"],
        token=os.environ["ACCESS_TOKEN"],
        waba_id=os.environ["WABA_ID"],
        app_id=os.environ["APP_ID"],
        app_secret=os.environ["APP_SECRET"],
        server=app,
        verify_token="known-to-both",
        callback_url=callback,
        webhook_challenge_delay=1,
        validate_updates=True,
    )
    if BASE:
        wa.api._session.base_url = str(wa.api._session.base_url).replace("https://graph.facebook.com", BASE)
    wa.on_template_status_update()(lambda _, update: heard.put("template", update))
    wa.on_message_status()(lambda _, status: heard.put(status.status.value, status))
    wa.on_message()(lambda _, message: heard.put("message", message))
    wa.on_callback_button()(lambda _, button: heard.put("button", button))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return wa


def registers_its_callback(wa):
    until = time.monotonic() + WAIT_SECS
    while time.monotonic() < until:
        subscriptions = wa.api._request(
            "GET",
            f"/{wa.app_id}/subscriptions",
            params={"access_token": f"{wa.app_id}|{os.environ['APP_SECRET']}"},
        )["data"]
        if subscriptions:
            assert subscriptions[0]["active"] is True
            break
        time.sleep(0.05)
    else:
        raise AssertionError("the callback was not registered")
    assert wa.api._request("POST", f"/{wa.waba_id}/subscribed_apps")["success"]


def creates_an_authentication_template(wa):
    created = wa.create_template(
        t.Template(
            name="login_code",
            language=t.TemplateLanguage.ENGLISH_US,
            category=t.TemplateCategory.AUTHENTICATION,
            message_send_ttl_seconds=60,
            components=[
                t.AuthenticationBody(add_security_recommendation=True),
                t.AuthenticationFooter(code_expiration_minutes=5),
                t.Buttons(buttons=[t.CopyCodeOTPButton(text="Copy Code")]),
            ],
        )
    )
    assert created.id and created.category == t.TemplateCategory.AUTHENTICATION


def hears_that_the_template_is_approved(wa):
    update = heard.wait("template")
    assert update.new_status == t.TemplateStatus.APPROVED, update
    assert update.template_name == "login_code"


def lists_templates_with_their_summary(wa):
    result = wa.get_templates()
    assert [template.name for template in result] == ["login_code"]
    template = result[0]
    assert template.status == t.TemplateStatus.APPROVED
    assert template.message_send_ttl_seconds == 60
    assert result.total_count == 1 and result.message_template_limit >= 250


def reads_a_template(wa):
    listed = wa.get_templates(name="login_code")[0]
    template = wa.get_template(listed.id)
    assert template.language == t.TemplateLanguage.ENGLISH_US
    assert len(template.components) == 3


def sends_a_code(wa):
    sent = wa.send_template(
        to=RECIPIENT,
        name="login_code",
        language=t.TemplateLanguage.ENGLISH_US,
        params=[
            t.AuthenticationBody.params(otp="482913"),
            t.CopyCodeOTPButton.params(otp="482913"),
        ],
        tracker="order-77",
    )
    assert sent.id.startswith("wamid."), sent
    wa.last_code = sent.id


def hears_sent_delivered_and_read(wa):
    for kind in ("sent", "delivered", "read"):
        status = heard.wait(kind)
        assert status.id == wa.last_code, kind
        assert status.tracker == "order-77", status
        assert status.from_user.wa_id == RECIPIENT


def finds_the_code_on_the_phone(wa):
    inbox = control("GET", f"/_mock/phones/{RECIPIENT}?wait_secs=30")
    assert inbox["messages"][0]["code"] == "482913", inbox


def hears_an_answer_from_the_phone(wa):
    control("POST", f"/_mock/phones/{RECIPIENT}/messages", {"text": "STOP"})
    message = heard.wait("message")
    assert message.text == "STOP" and message.from_user.wa_id == RECIPIENT
    wa.last_heard = message.id


def answers_within_the_customer_service_window(wa):
    wa.mark_message_as_read(wa.last_heard)
    sent = wa.send_message(to=RECIPIENT, text="You will get no more codes.")
    status = heard.wait("delivered")
    assert status.id == sent.id


def hears_of_a_code_that_nobody_requested(wa):
    control("PATCH", f"/_mock/phones/{RECIPIENT}", {"report_button": True})
    shown = control("GET", f"/_mock/phones/{RECIPIENT}")["messages"]
    code = next(message for message in shown if message["id"] == wa.last_code)
    texts = [button["label"] for button in code["buttons"]]
    press = {"button": texts.index("I didn't request a code")}
    control("POST", f"/_mock/phones/{RECIPIENT}/messages/{wa.last_code}/press", press)
    button = heard.wait("button")
    assert button.data == "DID_NOT_REQUEST_CODE", button


def is_told_that_a_template_is_missing(wa):
    try:
        wa.send_template(
            to=RECIPIENT, name="nothing", language=t.TemplateLanguage.ENGLISH_US, params=[]
        )
    except errors.TemplateNotExists as error:
        assert error.code == 132001
        return
    raise AssertionError("a template that is missing was sent")


def is_told_that_text_outside_the_window_failed(wa):
    # As documented, failed statuses name no contact, and pywa cannot read a status without one.
    control("PUT", "/_mock/profile", {"contacts_on_failed_statuses": True})
    sent = wa.send_message(to="16505550000", text="Hello")
    status = heard.wait("failed")
    assert status.id == sent.id
    assert isinstance(status.error, errors.ReEngagementMessage), status.error


def upserts_several_languages(wa):
    created = wa.upsert_authentication_template(
        name="several_languages",
        languages=[t.TemplateLanguage.ENGLISH_US, t.TemplateLanguage.SPANISH_SPA],
        otp_button=t.CopyCodeOTPButton(),
        add_security_recommendation=True,
        code_expiration_minutes=10,
    )
    assert len(created) == 2


def reads_its_number_account_and_profile(wa):
    number = wa.get_business_phone_number()
    assert number.id == str(wa.phone_id) and number.display_phone_number
    assert [listed.id for listed in wa.get_business_phone_numbers()] == [number.id]
    account = wa.get_business_account()
    assert account.id == str(wa.waba_id)
    wa.update_business_profile(about="Codes, and nothing but codes")
    assert wa.get_business_profile().about == "Codes, and nothing but codes"


def uploads_and_fetches_media(wa):
    media = wa.upload_media(media=b"\x89PNG\r\n\x1a\n", mime_type="image/png", filename="a.png")
    url = wa.get_media_url(media.id)
    assert url.mime_type == "image/png"
    assert wa.get_media_bytes(url.url) == b"\x89PNG\r\n\x1a\n"
    wa.delete_media(media.id)


def blocks_a_user(wa):
    blocked = wa.block_users([RECIPIENT])
    assert not blocked.errors, blocked
    assert len(list(wa.get_blocked_users())) == 1
    wa.unblock_users([RECIPIENT])


def deletes_a_template(wa):
    assert wa.delete_template("several_languages")
    names = {template.name for template in wa.get_templates()}
    assert "several_languages" not in names, names


STEPS = [
    registers_its_callback,
    creates_an_authentication_template,
    hears_that_the_template_is_approved,
    lists_templates_with_their_summary,
    reads_a_template,
    sends_a_code,
    finds_the_code_on_the_phone,
    hears_sent_delivered_and_read,
    hears_an_answer_from_the_phone,
    answers_within_the_customer_service_window,
    hears_of_a_code_that_nobody_requested,
    is_told_that_a_template_is_missing,
    is_told_that_text_outside_the_window_failed,
    upserts_several_languages,
    reads_its_number_account_and_profile,
    uploads_and_fetches_media,
    blocks_a_user,
    deletes_a_template,
]


take(STEPS, client())
