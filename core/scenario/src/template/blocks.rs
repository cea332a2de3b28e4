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
    let code_expires_in =
        content.code_expiration.map(|expiration| Span::from_secs(60 * u64::from(expiration.minutes())));
    let ttl = ttl.map_or(TTL, |ttl| Span::from_secs(u64::from(ttl.seconds())));
    let expires_sooner = code_expires_in.filter(|expires| *expires < ttl);
    match expires_sooner {
        Some(expires) => tell_too_long(table, &blocks, expires, out_of_range.unwrap_or_default()),
        None => warnings.iter().for_each(|it| table.warn_at(&it.path, &it.found, &it.told)),
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
        ttl: expires_sooner.unwrap_or(ttl),
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

/// Records that codes expire before the time to live that the body of these blocks says.
fn tell_too_long(table: &Table<'_>, blocks: &Value, expires: Span, out_of_range: TtlOutOfRange) {
    let is_body = |(_, block): &(usize, &Value)| block.get("authenticationBody").is_some();
    let Some((nth, body)) = blocks.as_array().into_iter().flatten().enumerate().find(is_body) else { return };
    let place = format!("blocks[{nth}].authenticationBody.messageSendTtlSeconds");
    let found = body["authenticationBody"]["messageSendTtlSeconds"].to_string();
    match out_of_range {
        TtlOutOfRange::Refuse => table.wrong_at(&place, &found, &within("expirationTime", expires)),
        TtlOutOfRange::Clamp => {
            let used = expires.micros() / 1_000_000;
            let told = format!("codes expire after `expirationTime`, {expires}: {used} is used");
            table.warn_at(&place, &found, &told);
        }
    }
}
