//! A model of the target: what the example target does, without its sockets.

use cloud_api::handshake::Challenge;
use cloud_api::subscription::{AppCallback, WebhookField};
use cloud_api::{GraphVersion, OtpCode, Refusal};
use scenario::{Seed, Span, TemplatePlan};

use super::agenda::Try;

pub(super) const ACCEPTED: u16 = 202;
pub(super) const BAD_GATEWAY: u16 = 502;
pub(super) const UNAUTHORIZED: u16 = 401;
const OK: u16 = 200;
const GONE: u16 = 410;
const LOCKED: u16 = 423;

/// How often Meta is asked to send one code, the first time included.
const ATTEMPTS_MAX: u8 = 4;

/// How many wrong codes the target takes before it hands the case over to a person.
const WRONG_MAX: u8 = 3;

/// How long a code is good for where the template does not say.
// Source: cloud-api.md §9.2: the button works for `code_expiration_minutes`, else 10 minutes.
const CODE_LASTS: Span = Span::from_secs(600);

/// How long to wait before Meta is asked again; `None` where that would not help.
///
/// The bound doubles from half a second, or from six where the pair rate was reached, up to thirty;
/// the wait is drawn evenly below it.
pub(super) fn retry_after(seed: Seed, tried: Try, refusal: &Refusal) -> Option<Span> {
    let first = match refusal.code() {
        131_056 => Span::from_secs(6),
        // Source: cloud-api.md §8, "Retry policy advice".
        2 | 4 | 80_007 | 130_429 | 131_000 | 131_016 | 133_004 => Span::from_millis(500),
        _ => return None,
    };
    if tried.attempt >= ATTEMPTS_MAX {
        return None;
    }
    let bound = (first.micros() << (tried.attempt - 1)).min(Span::from_secs(30).micros());
    let mut stream = seed.stream("retry", tried.number, tried.key());
    Some(Span::from_micros(stream.below(bound)))
}

/// The answer to a typed code.
pub(super) fn verify(age: Span, wrong_attempts: &mut u8, plan: &TemplatePlan, mistyped: bool) -> u16 {
    if *wrong_attempts >= WRONG_MAX {
        return LOCKED;
    }
    if age > plan.code_expires_in.unwrap_or(CODE_LASTS) {
        return GONE;
    }
    if mistyped {
        *wrong_attempts += 1;
        return if *wrong_attempts == WRONG_MAX { LOCKED } else { UNAUTHORIZED };
    }
    OK
}

/// The code of an arrival: six digits.
pub(super) fn code(seed: Seed, number: u64, arrival: u64) -> OtpCode {
    let mut rest = seed.stream("code", number, arrival).below(1_000_000);
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    let text = str::from_utf8(&digits).expect("digits are ASCII");
    text.parse().expect("six digits are a code")
}

/// The callback of the modelled target, which has passed the handshake.
pub(super) fn callback() -> AppCallback {
    let url = "http://127.0.0.1/webhook".parse().expect("this is a callback's address");
    AppCallback {
        callback: Challenge::new(1).judge(url, 200, b"1").expect("the challenge is met"),
        fields: vec![WebhookField::Messages, WebhookField::MessageTemplateStatusUpdate],
        version: GraphVersion::default(),
    }
}
