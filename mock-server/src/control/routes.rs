//! Everything that the control API does.

use super::Control;
use super::route::Handler::{Later, Now};
use super::route::Route;

const JSON: &str = "application/json";
const TOML: &str = "application/toml";

/// Everything that the control API does, in the order in which it is told of.
pub(super) const ROUTES: &[Route] = &[
    Route::get("", "Lists what the control API does", Now(Control::index)),
    Route::get("openapi.json", "Describes the control API in OpenAPI 3.1", Now(Control::describe)),
    Route::get("health", "Tells that the server is ready", Now(Control::read_health)),
    Route::post(
        "reset",
        "Makes everything but the time as it was at the start",
        Later(|control, call| Box::pin(control.reset(call))),
    ),
    Route::get("phones", "Lists the phones on which something arrived or is set", Now(Control::list_phones)),
    Route::get(
        "phones/{number}",
        "Reads a phone and what arrived on it, waiting for it if asked to",
        Later(|control, call| Box::pin(control.read_phone(call))),
    )
    .query(&["after", "wait_secs", "viewer"]),
    Route::patch(
        "phones/{number}",
        "Changes a phone: device, apps, on or off, blocking, receipts",
        Now(Control::change_phone),
    )
    .body(JSON)
    .may_answer(&[409]),
    Route::delete("phones/{number}", "Makes a phone again what chance made it", Now(Control::forget_phone)),
    Route::get(
        "phones/{number}/code",
        "Reads the newest code in one line, waiting for it if asked to",
        Later(|control, call| Box::pin(control.read_code(call))),
    )
    .query(&["after", "wait_secs"])
    .may_answer(&[404]),
    Route::post("phones/{number}/messages", "Writes to the business from a phone", Now(Control::reply))
        .body(JSON)
        .may_answer(&[404]),
    Route::post(
        "phones/{number}/messages/{id}/read",
        "Reads a message on a phone",
        Now(Control::read_message),
    )
    .may_answer(&[404]),
    Route::post(
        "phones/{number}/messages/{id}/press",
        "Presses a button of a message, which reads it too",
        Now(Control::press),
    )
    .body(JSON)
    .may_answer(&[404, 409]),
    Route::post(
        "phones/{number}/move",
        "Gives the person of a phone another number",
        Now(Control::change_number),
    )
    .body(JSON)
    .may_answer(&[409]),
    Route::get(
        "messages",
        "Reads what arrived on any phone, waiting for it if asked to",
        Later(|control, call| Box::pin(control.list_messages(call))),
    )
    .query(&["to", "template", "since_micros", "after", "limit", "wait_secs"]),
    Route::get(
        "messages/{id}",
        "Tells what became and will become of a message",
        Now(Control::read_timeline),
    )
    .may_answer(&[404]),
    Route::get(
        "requests",
        "Reads the requests to the Graph API, and why they were refused",
        Now(Control::list_requests),
    )
    .query(&["method", "path", "status", "code", "to", "template", "since_micros", "after", "limit"]),
    Route::post(
        "requests/verify",
        "Checks that there were as many such requests as there should be",
        Now(Control::verify_requests),
    )
    .body(JSON)
    .may_answer(&[417]),
    Route::get(
        "state",
        "Takes out everything that it holds, secrets and codes included",
        Now(Control::read_state),
    ),
    Route::put(
        "state",
        "Goes on where a state stands; what was there before is gone",
        Later(|control, call| Box::pin(control.replace_state(call))),
    )
    .body(JSON),
    Route::post("state/save", "Writes the state file now", Now(Control::save_state)).may_answer(&[409, 500]),
    Route::get("events", "Reads what happened lately, oldest first", Now(Control::read_events))
        .query(&["after", "limit"]),
    Route::get("clock", "Reads the simulated time and its rate", Now(Control::read_clock)),
    Route::post(
        "clock",
        "Changes the rate of time, or turns the clock on by hand",
        Later(|control, call| Box::pin(control.turn_clock(call))),
    )
    .body(JSON),
    Route::get(
        "costs",
        "Reads what was sent, what it cost, and what text messages would have cost",
        Now(Control::read_costs),
    ),
    Route::get("rates", "Reads which rate cards messages are priced by", Now(Control::read_rates)),
    Route::put(
        "rates",
        "Replaces the rates; what was counted already is priced by them too",
        Now(Control::replace_rates),
    )
    .body(TOML),
    Route::get("faults", "Reads the faults that are set", Now(Control::read_faults)),
    Route::put("faults", "Replaces the faults; their windows count from now", Now(Control::replace_faults))
        .body(JSON),
    Route::post("faults", "Sets one fault more; its window counts from now", Now(Control::add_fault))
        .body(JSON)
        .may_answer(&[409]),
    Route::delete("faults/{id}", "Takes a fault away", Now(Control::remove_fault)).may_answer(&[404]),
    Route::get(
        "ca.pem",
        "Gives the certificate that clients of the TLS doors must trust",
        Now(Control::certificate),
    )
    .may_answer(&[404]),
    Route::get("metrics", "Tells Prometheus what is counted; the same is at /metrics", Now(Control::metrics)),
    Route::get(
        "templates",
        "Lists the templates of all accounts, as their reviewers see them",
        Now(Control::list_mock_templates),
    ),
    Route::post(
        "templates",
        "Creates a template from Meta's components or from another vendor's blocks",
        Now(Control::create_mock_template),
    )
    .body(JSON)
    .may_answer(&[404]),
    Route::post(
        "templates/{id}/{action}",
        "Does to a template what its reviewers, its readers or Meta would do",
        Now(Control::act_on_template),
    )
    .body(JSON)
    .may_answer(&[404]),
    Route::get(
        "profile",
        "Reads the facts on which Meta's pages, practice and versions disagree",
        Now(Control::read_profile),
    ),
    Route::put(
        "profile",
        "Settles some of these facts for all versions; the others are as in each version",
        Now(Control::replace_profile),
    )
    .body(JSON),
    Route::get(
        "tenants",
        "Lists the tenants: portfolios with their apps and accounts",
        Now(Control::list_tenants),
    ),
    Route::post(
        "tenants",
        "Creates a tenant; what the body leaves open is made up",
        Now(Control::create_tenant),
    )
    .body(JSON)
    .may_answer(&[409, 507]),
    Route::get(
        "tenants/{portfolio}",
        "Reads a tenant with its ids, secrets and tokens",
        Now(Control::show_tenant),
    )
    .may_answer(&[404]),
    Route::delete(
        "tenants/{portfolio}",
        "Deletes a tenant with everything that belongs to it",
        Now(Control::delete_tenant),
    )
    .may_answer(&[404]),
    Route::post("tenants/{portfolio}/tokens", "Makes a token for a tenant", Now(Control::create_token))
        .body(JSON)
        .may_answer(&[404, 409, 507]),
    Route::post(
        "tenants/{portfolio}/logins",
        "Logs a customer in: gives a code for /oauth/access_token",
        Now(Control::log_in),
    )
    .may_answer(&[404]),
    Route::post(
        "tokens",
        "Revokes a token, lets it expire or makes it read-only",
        Now(Control::change_token),
    )
    .body(JSON)
    .may_answer(&[404]),
    Route::post(
        "phones/{number}/inbound",
        "Sends the business something that is no text: a choice, media, a reaction, a wish",
        Now(Control::send_inbound),
    )
    .body(JSON)
    .may_answer(&[404, 409]),
    Route::post(
        "webhooks/errors",
        "Tells the apps of a number that something is wrong with it",
        Now(Control::trouble),
    )
    .body(JSON)
    .may_answer(&[404]),
    Route::get(
        "webhooks",
        "Reads how webhooks are sent and what has become of them",
        Now(Control::read_webhooks),
    ),
    Route::put(
        "webhooks",
        "Changes how webhooks are sent: retries, batches, timeout",
        Now(Control::replace_webhooks),
    )
    .body(JSON),
    Route::get(
        "webhooks/deliveries",
        "Reads what was posted lately, byte for byte, oldest first",
        Now(Control::read_deliveries),
    )
    .query(&["after", "limit", "app_id", "field"]),
    Route::post(
        "webhooks/deliveries/{id}/redeliver",
        "Posts a webhook again: the same bytes to the same address",
        Later(|control, call| Box::pin(control.redeliver(call))),
    )
    .may_answer(&[404]),
    Route::post(
        "webhooks/handshake",
        "Calls an app's callback as if it was registered anew",
        Later(|control, call| Box::pin(control.shake_hands(call))),
    )
    .body(JSON)
    .may_answer(&[404]),
    Route::get("accounts", "Lists the accounts and how they stand", Now(Control::list_accounts)),
    Route::get("accounts/{id}", "Reads how an account stands", Now(Control::read_account)).may_answer(&[404]),
    Route::post(
        "accounts/{id}",
        "Changes how an account stands; its apps are told as Meta tells them",
        Now(Control::set_account),
    )
    .body(JSON)
    .may_answer(&[404]),
    Route::get("numbers", "Lists the business phone numbers and how they stand", Now(Control::list_numbers)),
    Route::get(
        "numbers/{id}",
        "Reads how a number stands, with the code that was sent to verify it",
        Now(Control::read_number),
    )
    .may_answer(&[404]),
    Route::post(
        "numbers/{id}",
        "Changes how a number stands; the apps of its account are told as Meta tells them",
        Now(Control::set_number),
    )
    .body(JSON)
    .may_answer(&[404]),
];
