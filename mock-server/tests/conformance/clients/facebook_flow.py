"""What a business does with Meta's own SDK, which signs its calls with the app's secret.

It sends parameters as forms and several calls in one, and knows no host but graph.facebook.com; the
proxy of its environment brings it to the simulated Meta. It has no words for messages, so that they are
sent by its plain calls, and no callback, so that its flow has one, which checks signatures.
"""

import os
import time

from facebook_business.adobjects.application import Application
from facebook_business.adobjects.business import Business
from facebook_business.adobjects.whatsappbusinessaccount import WhatsAppBusinessAccount
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError

from callback import SECRET, VERIFY_TOKEN, hear, listen
from steps import control, take

APP = os.environ["APP_ID"]
ACCOUNT = os.environ["WABA_ID"]
NUMBER = os.environ["PHONE_NUMBER_ID"]
RECIPIENT = "16505551234"
FEW = ["16505550001", "16505550002", "16505550003"]
OTP_BUTTONS = {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}


def code(recipient, otp, name="login_code"):
    parameters = [{"type": "text", "text": otp}]
    button = {"type": "button", "sub_type": "url", "index": 0, "parameters": parameters}
    template = {
        "name": name,
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": parameters}, button],
    }
    return {"messaging_product": "whatsapp", "to": recipient, "type": "template", "template": template}


def names(account, **params):
    return [template["name"] for template in account.get_message_templates(fields=["name"], params=params)]


def status_of(update):
    value = update["entry"][0]["changes"][0]["value"]
    return value.get("statuses", [{}])[0]


def refused(call):
    """What the SDK makes of a refusal."""
    try:
        call()
    except FacebookRequestError as error:
        return error
    raise AssertionError("nothing was refused")


def registers_its_callback(account):
    app = Application(APP, api=FacebookAdsApi.init(APP, SECRET, f"{APP}|{SECRET}", crash_log=False))
    FacebookAdsApi.set_default_api(account.get_api())
    subscription = {
        "object": "whatsapp_business_account",
        "callback_url": listen(),
        "verify_token": VERIFY_TOKEN,
        "fields": ["messages", "message_template_status_update"],
    }
    app.create_subscription(params=subscription)
    account.create_subscribed_app()
    assert [told["whatsapp_business_api_data"]["id"] for told in account.get_subscribed_apps()] == [APP]


def creates_authentication_templates(account):
    components = [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        OTP_BUTTONS,
    ]
    template = {"name": "login_code", "language": "en_US", "category": "AUTHENTICATION", "components": components}
    created = account.create_message_template(params=template | {"message_send_ttl_seconds": 60})
    assert created["status"] == "PENDING", created
    several = {"languages": ["en_US", "de"], "components": [{"type": "BODY"}, OTP_BUTTONS]}
    account.create_upsert_message_template(params={"name": "several", "category": "AUTHENTICATION"} | several)


def hears_that_the_template_is_approved(_):
    told = hear(lambda update: update["entry"][0]["changes"][0]["field"] == "message_template_status_update")
    assert told["entry"][0]["changes"][0]["value"]["event"] == "APPROVED"


def lists_templates_page_by_page(account):
    assert sorted(names(account, limit=1)) == ["login_code", "several", "several"]
    assert names(account, name="login_code", status=["APPROVED", "PENDING"]) == ["login_code"]
    previews = account.get_message_template_previews(
        params={"category": "AUTHENTICATION", "languages": ["de"], "button_types": ["OTP"]}
    )
    assert [preview["language"] for preview in previews] == ["de"]


def sends_a_code(account):
    answer = account.get_api().call("POST", (NUMBER, "messages"), params=code(RECIPIENT, "482913")).json()
    sends_a_code.id = answer["messages"][0]["id"]
    shown = control("GET", f"/_mock/phones/{RECIPIENT}?wait_secs=30")
    assert shown["messages"][0]["code"] == "482913", shown


def hears_sent_delivered_and_read(_):
    for status in ["sent", "delivered", "read"]:
        told = status_of(hear(lambda update: status_of(update).get("status") == status))
        assert told["id"] == sends_a_code.id, told


def sends_codes_to_several_people_in_one_call(account):
    batch, answers = account.get_api().new_batch(), []
    for recipient in FEW:
        batch.add("POST", (NUMBER, "messages"), params=code(recipient, recipient[-6:]), success=answers.append)
    batch.add("POST", (NUMBER, "messages"), params=code(RECIPIENT, "1", "nothing"), failure=answers.append)
    account.get_phone_numbers(batch=batch, success=answers.append)
    assert batch.execute() is None
    assert [answer.status() for answer in answers] == [200, 200, 200, 404, 200], answers
    for recipient in FEW:
        shown = control("GET", f"/_mock/phones/{recipient}?wait_secs=30")
        assert shown["messages"][0]["code"] == recipient[-6:], shown


def reads_all_that_it_knows_of_its_account(account):
    knows = WhatsAppBusinessAccount.Field
    fields = [name for name in vars(knows) if not name.startswith("_") and name != knows.analytics]
    told = account.api_get(fields=fields)
    assert told["id"] == ACCOUNT and told["currency"] == "USD", told
    assert told["health_status"]["can_send_message"] == "AVAILABLE", told
    assert [number["id"] for number in account.get_phone_numbers()] == [NUMBER]
    owner = Business(told["owner_business_info"]["id"], api=account.get_api())
    assert [owned["id"] for owned in owner.get_owned_whats_app_business_accounts()] == [ACCOUNT]


def reads_what_its_messages_cost(account):
    now = int(time.time())
    day = {"start": now - 86_400, "end": now + 86_400, "granularity": "DAILY"}
    priced = account.get_pricing_analytics(params=day | {"dimensions": ["PRICING_CATEGORY"]})
    points = priced[0]["data_points"]
    assert [point["pricing_category"] for point in points] == ["AUTHENTICATION"], points
    assert points[0]["volume"] >= 1, points


def uploads_and_deletes_media(account):
    api = account.get_api()
    picture = {"file": ("picture.png", b"\x89PNG\r\n\x1a\n", "image/png")}
    upload = {"messaging_product": "whatsapp", "type": "image/png"}
    media = api.call("POST", (NUMBER, "media"), params=upload, files=picture).json()["id"]
    assert api.call("GET", (media,)).json()["mime_type"] == "image/png"
    assert api.call("DELETE", (media,)).json()["success"]


def is_told_that_a_template_is_missing(account):
    send = code(RECIPIENT, "482913", "nothing")
    error = refused(lambda: account.get_api().call("POST", (NUMBER, "messages"), params=send))
    assert (error.http_status(), error.api_error_code()) == (404, 132001), error


def is_told_that_the_secret_is_wrong(_):
    stranger = FacebookAdsApi.init(APP, "another", os.environ["ACCESS_TOKEN"], crash_log=False)
    error = refused(lambda: stranger.call("GET", (ACCOUNT,)))
    assert error.api_error_code() == 100, error
    assert error.api_error_message() == "Invalid appsecret_proof provided in the API argument", error


def deletes_a_template(account):
    account.delete_message_templates(params={"name": "several"})
    assert names(account) == ["login_code"]


STEPS = [
    registers_its_callback,
    creates_authentication_templates,
    hears_that_the_template_is_approved,
    lists_templates_page_by_page,
    sends_a_code,
    hears_sent_delivered_and_read,
    sends_codes_to_several_people_in_one_call,
    reads_all_that_it_knows_of_its_account,
    reads_what_its_messages_cost,
    uploads_and_deletes_media,
    is_told_that_a_template_is_missing,
    is_told_that_the_secret_is_wrong,
    deletes_a_template,
]

api = FacebookAdsApi.init(APP, SECRET, os.environ["ACCESS_TOKEN"], crash_log=False)
take(STEPS, WhatsAppBusinessAccount(ACCOUNT, api=api))
