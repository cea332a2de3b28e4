//! A template in another vendor's form: two blocks, as the control API takes them too.

use cloud_api::template::{Blocks, OtpType, SupportedApps, TtlOutOfRange};
use serde_json::Value;

use super::{Button, Shown, TTL, within};
use crate::read::{Kind, Table};
use crate::time::Span;

/// The key that says what becomes of a time to live that Meta does not take.
pub(super) const OUT_OF_RANGE: &str = "ttl-out-of-range";

/// Keys of the language that say what blocks say.
const SAID_BY_BLOCKS: [&str; 4] = ["button", "security-line", "code-expires-in", "ttl"];

/// Reads the blocks, which stand under the key `blocks`.
pub(super) fn read(table: &Table<'_>, mut blocks: Value) -> Option<Shown> {
    let is_doubled = SAID_BY_BLOCKS.map(|key| refuse_beside(table, key)).contains(&true);
    let words = [("clamp", TtlOutOfRange::Clamp), ("refuse", TtlOutOfRange::Refuse)];
    let out_of_range = table.or(OUT_OF_RANGE, TtlOutOfRange::default(), &Kind::choice(words));
    say_null(&mut blocks);
    let read = Blocks::parse(&blocks, out_of_range.unwrap_or_default());
    let read = read.map_err(|mistakes| {
        for mistake in mistakes.iter() {
            // The language has no null: what would be null is left out.
            table.wrong_at(&mistake.path, &mistake.found, &mistake.rule.replace("or null", "or left out"));
        }
    });
    let Blocks { content, ttl, warnings } = read.ok()?;
    for warning in warnings {
        table.warn_at(&warning.path, &warning.found, &warning.told);
    }
    let code_expires_in =
        content.code_expiration.map(|expiration| Span::from_secs(60 * u64::from(expiration.minutes())));
    let ttl = ttl.map_or(TTL, |ttl| Span::from_secs(u64::from(ttl.seconds())));
    if let Some(expires) = code_expires_in.filter(|expires| ttl > *expires) {
        let place = format!("{}.messageSendTtlSeconds", body_place(&blocks));
        table.wrong_at(&place, &ttl.to_string(), &within("expirationTime", expires));
    }
    out_of_range.filter(|_| !is_doubled)?;
    Some(Shown {
        button: match content.button.otp_type() {
            OtpType::CopyCode => Button::CopyCode,
            OtpType::OneTap => Button::OneTap,
            OtpType::ZeroTap => Button::ZeroTap,
        },
        security_line: content.has_security_recommendation,
        code_expires_in,
        ttl,
        apps: SupportedApps::new(content.button.apps().to_vec()),
    })
}

/// Records that a key says again what the blocks say, and tells whether it does.
fn refuse_beside(table: &Table<'_>, key: &str) -> bool {
    let is_given = table.has(key);
    if is_given {
        table.wrong_field(key, "given beside `blocks`", "left out: the blocks say it");
    }
    is_given
}

/// Writes the null that the vendor wants where a code does not expire, and TOML cannot say.
fn say_null(blocks: &mut Value) {
    for block in blocks.as_array_mut().into_iter().flatten() {
        if let Some(body) = block.get_mut("authenticationBody").and_then(Value::as_object_mut) {
            body.entry("expirationTime").or_insert(Value::Null);
        }
    }
}

/// Where the settings of the body stand, in blocks that have one.
fn body_place(blocks: &Value) -> String {
    let list = blocks.as_array().into_iter().flatten();
    let nth = list.take_while(|block| block.get("authenticationBody").is_none()).count();
    format!("blocks[{nth}].authenticationBody")
}
