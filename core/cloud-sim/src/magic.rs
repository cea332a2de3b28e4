//! Numbers with a meaning: whoever is sent to one of them always meets the same fate.
//!
//! They begin with 999, a country code that nobody has, so that a test of a service needs no
//! scenario. What somebody sets about such a phone counts all the same.

use cloud_api::template::TemplateCategory;
use cloud_api::{FailureCode, Recipient, Refusal};
use scenario::{Elapsed, Fault, Presence, Span};

use crate::content::Content;
use crate::phone::{Line, Phone};
use crate::world::World;

/// A fate that a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magic {
    /// It is delivered after the median time and read three seconds later.
    Steady,
    /// It fails as undeliverable.
    Undeliverable,
    /// It is sent, and the phone never comes back.
    OfflineForEver,
    /// It is sent, and the phone comes back after this span.
    OfflineFor(Span),
    /// It is sent, and nothing more is heard of it.
    Blocked,
    /// It is read at once, without having been reported delivered.
    ChatOpen,
    /// It is delivered and never reported read.
    ReceiptsOff,
    /// It is refused with this code.
    Refuses(FailureCode),
    /// It is accepted and fails with this code.
    Fails(FailureCode),
}

/// A range of numbers, as the documents list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MagicRange {
    /// What the digits begin with; `c` stands for the digits of a code of Meta's table.
    pub prefix: &'static str,
    /// What becomes of messages to it.
    pub about: &'static str,
}

/// All ranges. Any digits may follow, so long as a number has at most 15.
// Assumed: the numbers; Meta has no such thing. 999 is reserved by the ITU and assigned to nobody.
pub const MAGIC_RANGES: &[MagicRange] = &[
    MagicRange { prefix: "99910", about: "delivered in the usual time" },
    MagicRange { prefix: "99911", about: "never delivered: failed with 131026, without having been sent" },
    MagicRange {
        prefix: "99912",
        about: "offline for ever: sent, then discarded at the end of its time to live",
    },
    MagicRange { prefix: "99913", about: "offline for 40 s: sent, then delivered" },
    MagicRange { prefix: "99914", about: "slow: delivered after 20 s" },
    MagicRange { prefix: "99915", about: "blocks the business: sent, and nothing more" },
    MagicRange { prefix: "99916", about: "has the chat open: read at once, never reported delivered" },
    MagicRange { prefix: "99917", about: "has read receipts off: delivered, never reported read" },
    MagicRange {
        prefix: "9996cccccc",
        about: "refused at once with the code of six digits, such as 9996131056",
    },
    MagicRange {
        prefix: "9997cccccc",
        about: "accepted, then failed with the code of six digits, such as 9997131048; 131049, 131050 and 130472 concern marketing only",
    },
];

/// How long the phone of a slow number stays away.
const SLOW: Span = Span::from_secs(20);

/// How long the phone of a number that is offline for a while stays away.
const AWAY: Span = Span::from_secs(40);

impl Magic {
    /// The fate that this number stands for, if it stands for one.
    #[must_use]
    pub fn of(recipient: Recipient) -> Option<Self> {
        if !is_ours(recipient.number()) {
            return None;
        }
        let digits = recipient.digits();
        let rest = digits.as_str().strip_prefix("999")?;
        let code = || FailureCode::new(rest.get(1..7)?.parse().ok()?).ok();
        match rest.get(..2)? {
            "10" => Some(Self::Steady),
            "11" => Some(Self::Undeliverable),
            "12" => Some(Self::OfflineForEver),
            "13" => Some(Self::OfflineFor(AWAY)),
            "14" => Some(Self::OfflineFor(SLOW)),
            "15" => Some(Self::Blocked),
            "16" => Some(Self::ChatOpen),
            "17" => Some(Self::ReceiptsOff),
            kind if kind.starts_with('6') => {
                code().filter(|code| Fault::may_refuse_with(code.number())).map(Self::Refuses)
            }
            kind if kind.starts_with('7') => {
                code().filter(|code| Fault::may_fail_with(code.number())).map(Self::Fails)
            }
            _ => None,
        }
    }

    /// With what every message is refused.
    pub(crate) fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Refuses(code) => Some(Refusal::listed(code)),
            _ => None,
        }
    }

    /// With what a message fails.
    // Source: cloud-api.md §8: some codes concern marketing only.
    pub(crate) fn failure(self, content: &Content) -> Option<FailureCode> {
        let Self::Fails(code) = self else { return None };
        let is_marketing = content.category() == Some(TemplateCategory::Marketing);
        let concerns_marketing = matches!(code.number(), 130_472 | 131_049 | 131_050);
        (is_marketing || !concerns_marketing).then_some(code)
    }

    /// The phone of such a number, as a message finds it that is accepted at `now`.
    pub(crate) fn phone(self, now: Elapsed, world: &World, number: u64) -> Phone {
        let mut phone = Phone { presence: Presence::Reachable, ..Phone::by_chance(world, number) };
        phone.line = Line::On { since: Elapsed::ZERO };
        match self {
            Self::Undeliverable => phone.presence = Presence::NotOnWhatsApp,
            Self::Blocked => phone.presence = Presence::Blocked,
            Self::OfflineForEver => phone.line = Line::Off { until: Elapsed::NEVER },
            Self::OfflineFor(span) => phone.line = Line::Off { until: now + span },
            Self::ChatOpen => phone.is_chat_open = true,
            Self::ReceiptsOff => phone.has_read_receipts = false,
            Self::Steady | Self::Refuses(_) | Self::Fails(_) => {}
        }
        phone
    }
}

/// Whether the digits begin with 999.
fn is_ours(number: u64) -> bool {
    let digits = number.checked_ilog10().map_or(1, |log| log + 1);
    digits >= 3 && number / 10_u64.pow(digits - 3) == 999
}

#[cfg(test)]
mod tests {
    use cloud_api::Recipient;
    use expect_test::{Expect, expect};

    use super::{MAGIC_RANGES, Magic};

    #[track_caller]
    fn check(number: &str, expected: Expect) {
        expected.assert_eq(&format!("{:?}", Magic::of(number.parse().unwrap())));
    }

    #[test]
    fn a_number_stands_for_the_fate_of_its_range() {
        check("99911234567", expect!["Some(Undeliverable)"]);
        check("999130000", expect!["Some(OfflineFor(Span(40000000)))"]);
        check("9996131056", expect!["Some(Refuses(FailureCode(131056)))"]);
        check("99971310481234", expect!["Some(Fails(FailureCode(131048)))"]);
    }

    #[test]
    fn another_number_stands_for_nothing() {
        check("16505551234", expect!["None"]);
        check("9996999999", expect!["None"]);
        check("99918123456", expect!["None"]);
        // Meta answers no request with the one, and no message fails with the other.
        check("9996131026", expect!["None"]);
        check("9997132000", expect!["None"]);
        check("9990000000", expect!["None"]);
    }

    #[test]
    fn every_range_of_the_list_stands_for_something() {
        for range in MAGIC_RANGES {
            let number = format!("{}00", range.prefix.replace("cccccc", "131048"));
            assert!(Magic::of(number.parse::<Recipient>().unwrap()).is_some(), "{number}");
        }
    }
}
