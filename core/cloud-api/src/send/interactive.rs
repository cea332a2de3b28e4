//! Interactive messages: their kinds, and the limits of each.

use std::borrow::Cow;

use serde_json::Value;

use super::free_form::is_address;
use super::{check_length, missing, not_one_of};
use crate::refusal::Refusal;

/// The kinds that Meta knows, as its message about unknown kinds lists them.
// Source: cloud-api.md 2.2. Assumed: exactly these.
const KINDS: &str = "ADDRESS_MESSAGE, BUTTON, CALL_PERMISSION_REQUEST, CAROUSEL, CATALOG_MESSAGE, CTA_URL, FLOW, LIST, LOCATION_REQUEST_MESSAGE, ORDER_DETAILS, ORDER_STATUS, PRODUCT, PRODUCT_LIST, VOICE_CALL";

// Source: cloud-api.md 2.2 for reply buttons. Assumed: the others, which Meta's guides give.
const BODY_LENGTH_MAX: usize = 1024;
const LIST_BODY_LENGTH_MAX: usize = 4096;
const HEADER_LENGTH_MAX: usize = 60;
const FOOTER_LENGTH_MAX: usize = 60;
const BUTTONS_MAX: usize = 3;
const BUTTON_ID_LENGTH_MAX: usize = 256;
const LABEL_LENGTH_MAX: usize = 20;
const SECTIONS_MAX: usize = 10;
const ROWS_MAX: usize = 10;
const ROW_ID_LENGTH_MAX: usize = 200;
const TITLE_LENGTH_MAX: usize = 24;
const DESCRIPTION_LENGTH_MAX: usize = 72;

/// The text of an interactive message, if it keeps the rules of its kind.
pub(super) fn text_of(json: &str) -> Result<String, Refusal> {
    let object: Value = serde_json::from_str(json).unwrap_or_default();
    if !object.is_object() {
        return Err(Refusal::TypeObjectMissing { kind: "interactive" });
    }
    let lower = word_of(&object["type"], "interactive['type']", KINDS)?;
    let body = text(&object["body"]["text"]).unwrap_or_default();
    if body.is_empty() && needs_body(&lower) {
        return Err(missing("interactive['body']['text']"));
    }
    let body_max = if lower == "list" { LIST_BODY_LENGTH_MAX } else { BODY_LENGTH_MAX };
    check_length("interactive['body']['text']", body, body_max)?;
    for (name, length_max) in [("header", HEADER_LENGTH_MAX), ("footer", FOOTER_LENGTH_MAX)] {
        let path =
            if name == "header" { "interactive['header']['text']" } else { "interactive['footer']['text']" };
        check_length(path, text(&object[name]["text"]).unwrap_or_default(), length_max)?;
    }
    check_header(&object["header"])?;
    let action = &object["action"];
    if !action.is_object() {
        return Err(missing("interactive['action']"));
    }
    match lower.as_str() {
        "button" => check_buttons(&action["buttons"])?,
        "list" => check_list(action)?,
        "cta_url" => check_link(&action["parameters"])?,
        "flow" if !action["parameters"].is_object() => {
            return Err(missing("interactive['action']['parameters']"));
        }
        "product" => {
            required(&action["product_retailer_id"], "interactive['action']['product_retailer_id']")?;
        }
        _ => {}
    }
    Ok(body.to_owned())
}

/// Whether a kind must have a body.
// Assumed: all but those that show a product or a carousel's cards of their own.
fn needs_body(kind: &str) -> bool {
    !matches!(kind, "product" | "carousel" | "call_permission_request")
}

// Source: cloud-api.md 2.2 for media. Assumed: the kinds, which Meta's guides give.
fn check_header(header: &Value) -> Result<(), Refusal> {
    const TYPES: &str = "DOCUMENT, IMAGE, TEXT, VIDEO";
    if header.is_null() {
        return Ok(());
    }
    let lower = word_of(&header["type"], "interactive['header']['type']", TYPES)?;
    let value = &header[&lower];
    let is_given = match lower.as_str() {
        "text" => text(value).is_some(),
        _ => value["id"].is_number() || text(&value["id"]).or(text(&value["link"])).is_some(),
    };
    if is_given { Ok(()) } else { Err(missing(format!("interactive['header']['{lower}']"))) }
}

fn check_buttons(buttons: &Value) -> Result<(), Refusal> {
    const PATH: &str = "interactive['action']['buttons']";
    let buttons = buttons.as_array().ok_or_else(|| missing(PATH))?;
    check_count(PATH, buttons.len(), BUTTONS_MAX)?;
    let mut ids = Vec::with_capacity(buttons.len());
    for (place, button) in buttons.iter().enumerate() {
        let path = |rest: &str| format!("{PATH}[{place}]{rest}");
        word_of(&button["type"], path("['type']"), "REPLY")?;
        let reply = &button["reply"];
        let id = text(&reply["id"]).ok_or_else(|| missing(path("['reply']['id']")))?;
        let title = text(&reply["title"]).ok_or_else(|| missing(path("['reply']['title']")))?;
        check_length("interactive['action']['buttons']['reply']['id']", id, BUTTON_ID_LENGTH_MAX)?;
        check_length("interactive['action']['buttons']['reply']['title']", title, LABEL_LENGTH_MAX)?;
        if ids.contains(&id) {
            return Err(invalid(format!("Param {} must be unique.", path("['reply']['id']"))));
        }
        ids.push(id);
    }
    Ok(())
}

fn check_list(action: &Value) -> Result<(), Refusal> {
    const PATH: &str = "interactive['action']['sections']";
    let label = text(&action["button"]).ok_or_else(|| missing("interactive['action']['button']"))?;
    check_length("interactive['action']['button']", label, LABEL_LENGTH_MAX)?;
    let sections = action["sections"].as_array().ok_or_else(|| missing(PATH))?;
    check_count(PATH, sections.len(), SECTIONS_MAX)?;
    let (mut count, mut ids) = (0, Vec::new());
    for (place, section) in sections.iter().enumerate() {
        // Assumed: only a section that is alone needs no title, as Meta's guides have it.
        if sections.len() > 1 && text(&section["title"]).is_none() {
            return Err(missing(format!("{PATH}[{place}]['title']")));
        }
        let path = format!("{PATH}[{place}]['rows']");
        let rows = section["rows"].as_array().ok_or_else(|| missing(path.clone()))?;
        check_length(
            "interactive['action']['sections']['title']",
            text(&section["title"]).unwrap_or_default(),
            TITLE_LENGTH_MAX,
        )?;
        count += rows.len();
        for (nth, row) in rows.iter().enumerate() {
            let id = text(&row["id"]).ok_or_else(|| missing(format!("{path}[{nth}]['id']")))?;
            let title = text(&row["title"]).ok_or_else(|| missing(format!("{path}[{nth}]['title']")))?;
            check_length("interactive['action']['sections']['rows']['id']", id, ROW_ID_LENGTH_MAX)?;
            if ids.contains(&id) {
                return Err(invalid(format!("Param {path}[{nth}]['id'] must be unique.")));
            }
            ids.push(id);
            check_length("interactive['action']['sections']['rows']['title']", title, TITLE_LENGTH_MAX)?;
            let description = text(&row["description"]).unwrap_or_default();
            check_length(
                "interactive['action']['sections']['rows']['description']",
                description,
                DESCRIPTION_LENGTH_MAX,
            )?;
        }
    }
    check_count("interactive['action']['sections']['rows']", count, ROWS_MAX)
}

fn check_link(parameters: &Value) -> Result<(), Refusal> {
    const LABEL: &str = "interactive['action']['parameters']['display_text']";
    let label = text(&parameters["display_text"]).ok_or_else(|| missing(LABEL))?;
    check_length(LABEL, label, LABEL_LENGTH_MAX)?;
    let url =
        text(&parameters["url"]).ok_or_else(|| missing("interactive['action']['parameters']['url']"))?;
    if is_address(url) { Ok(()) } else { Err(Refusal::ParameterValueInvalid) }
}

fn check_count(path: &str, count: usize, most: usize) -> Result<(), Refusal> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    Err(invalid(format!("Param {path} must have 1 to {most} elements, but has {count}.")))
}

/// A word, in lower case, that must be one of those allowed, in whichever case it is written.
fn word_of(
    value: &Value,
    path: impl Into<Cow<'static, str>>,
    allowed: &'static str,
) -> Result<String, Refusal> {
    let Some(word) = text(value) else { return Err(missing(path)) };
    if !allowed.split(", ").any(|known| known.eq_ignore_ascii_case(word)) {
        return Err(not_one_of(path, allowed, word.into()));
    }
    Ok(word.to_ascii_lowercase())
}

fn required(value: &Value, path: &'static str) -> Result<(), Refusal> {
    text(value).map(|_| ()).ok_or_else(|| missing(path))
}

fn invalid(details: String) -> Refusal {
    Refusal::InvalidParameter { details: details.into() }
}

/// A text that says something.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}
