//! The id of a message, in the layout of Meta's `wamid`.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::recipient::{Recipient, RecipientError};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the business to a person.
    Outbound,
    /// From a person to the business.
    Inbound,
}

/// The id of one message: the person's phone number and a number that is used once.
///
/// It is 24 bytes and `Copy`; the text exists only while it is written. Clients must treat the
/// text as opaque, but the mock finds the recipient's shard in it without a lookup.
// Source: cloud-api.md 2.5, decoded from the samples of Meta's documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    recipient: Recipient,
    low: u64,
    high: u16,
    direction: Direction,
}

/// The text of a message id, held without an allocation.
#[derive(Clone, Copy)]
pub struct MessageIdText {
    bytes: [u8; TEXT_MAX],
    length: usize,
}

/// Why a text is not a message id of this mock.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MessageIdError {
    /// It does not start as every message id does.
    #[error("a message id must start with `wamid.`")]
    Prefix,
    /// What follows is not base64, or is too long.
    #[error("a message id must be standard base64 of at most 45 bytes")]
    Base64,
    /// The bytes are not laid out as this mock lays them out.
    #[error("the bytes of the message id are not in the layout that Meta uses")]
    Layout,
    /// The phone number inside is none.
    #[error("the message id names no recipient")]
    Recipient(#[from] RecipientError),
}

const PREFIX: &str = "wamid.";
const RAW_MAX: usize = 3 + 15 + 6 + 20 + 1;
const TEXT_MAX: usize = PREFIX.len() + RAW_MAX.div_ceil(3) * 4;

impl Direction {
    /// The byte that tells the direction.
    const fn mark(self) -> u8 {
        match self {
            Self::Outbound => 0x11,
            Self::Inbound => 0x12,
        }
    }

    /// How many hexadecimal digits the unique number has.
    const fn hex_length(self) -> usize {
        match self {
            Self::Outbound => 18,
            Self::Inbound => 20,
        }
    }
}

impl MessageId {
    /// The id of a message to `recipient`; only the low 72 bits of `unique` count.
    #[must_use]
    pub const fn outbound(recipient: Recipient, unique: u128) -> Self {
        let high = (unique >> 64) as u8 as u16;
        Self { recipient, low: unique as u64, high, direction: Direction::Outbound }
    }

    /// The id of a message from `recipient`; only the low 80 bits of `unique` count.
    // Assumed: inbound ids have 20 hexadecimal digits; Meta writes 32 as well.
    #[must_use]
    pub const fn inbound(recipient: Recipient, unique: u128) -> Self {
        let high = (unique >> 64) as u16;
        Self { recipient, low: unique as u64, high, direction: Direction::Inbound }
    }

    /// The person at the other end, whichever way the message goes.
    #[must_use]
    pub const fn recipient(self) -> Recipient {
        self.recipient
    }

    /// The number that only this message has.
    #[must_use]
    pub const fn unique(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// Which way the message goes.
    #[must_use]
    pub const fn direction(self) -> Direction {
        self.direction
    }

    /// The text that goes over the wire.
    #[must_use]
    pub fn text(self) -> MessageIdText {
        let (raw, raw_length) = self.raw();
        let mut bytes = [0; TEXT_MAX];
        bytes[..PREFIX.len()].copy_from_slice(PREFIX.as_bytes());
        let encoded = STANDARD
            .encode_slice(&raw[..raw_length], &mut bytes[PREFIX.len()..])
            .expect("the text was sized for the longest id");
        MessageIdText { bytes, length: PREFIX.len() + encoded }
    }

    fn raw(self) -> ([u8; RAW_MAX], usize) {
        // Assumed: as the answer and the webhooks spell it.
        let digits = self.recipient.wa_id().digits();
        let phone = digits.as_bytes();
        let hex_length = self.direction.hex_length();
        let mut raw = [0; RAW_MAX];
        raw[..3].copy_from_slice(&[0x1c, 0x18, phone.len() as u8]);
        let (head, tail) = raw[3..].split_at_mut(phone.len());
        head.copy_from_slice(phone);
        tail[..6].copy_from_slice(&[0x15, 2, 0, self.direction.mark(), 0x18, hex_length as u8]);
        let mut unique = self.unique();
        for place in tail[6..6 + hex_length].iter_mut().rev() {
            *place = b"0123456789ABCDEF"[(unique & 0xf) as usize];
            unique >>= 4;
        }
        (raw, 3 + phone.len() + 6 + hex_length + 1)
    }
}

impl FromStr for MessageId {
    type Err = MessageIdError;

    fn from_str(text: &str) -> Result<Self, MessageIdError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(MessageIdError::Prefix)?;
        let mut raw = [0; RAW_MAX + 3];
        let length = STANDARD.decode_slice(encoded, &mut raw).map_err(|_| MessageIdError::Base64)?;
        let (phone, mark, hex) = split(&raw[..length]).ok_or(MessageIdError::Layout)?;
        let recipient = read_phone(phone)?;
        let direction = match (mark, hex.len()) {
            (0x11, 18) => Direction::Outbound,
            (0x12, 20) => Direction::Inbound,
            _ => return Err(MessageIdError::Layout),
        };
        let unique = read_hex(hex).ok_or(MessageIdError::Layout)?;
        Ok(match direction {
            Direction::Outbound => Self::outbound(recipient, unique),
            Direction::Inbound => Self::inbound(recipient, unique),
        })
    }
}

/// The phone number, the mark of the direction and the hexadecimal digits.
fn split(raw: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let [0x1c, 0x18, phone_length, rest @ ..] = raw else { return None };
    let (phone, rest) = rest.split_at_checked(usize::from(*phone_length))?;
    let [0x15, 2, 0, mark, 0x18, hex_length, rest @ ..] = rest else { return None };
    let (hex, rest) = rest.split_at_checked(usize::from(*hex_length))?;
    (rest == [0]).then_some((phone, *mark, hex))
}

fn read_phone(phone: &[u8]) -> Result<Recipient, MessageIdError> {
    if !phone.iter().all(u8::is_ascii_digit) {
        return Err(MessageIdError::Layout);
    }
    let phone = str::from_utf8(phone).map_err(|_| MessageIdError::Layout)?;
    Ok(phone.parse::<Recipient>()?.canonical())
}

fn read_hex(hex: &[u8]) -> Option<u128> {
    hex.iter().try_fold(0_u128, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'F' => byte - b'A' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

impl MessageIdText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).expect("base64 is ASCII")
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({:?} {} {:X})", self.direction, self.recipient, self.unique())
    }
}

impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
    }
}

impl<'de> serde::Deserialize<'de> for MessageId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::MessageId;
    use crate::recipient::Recipient;

    #[track_caller]
    fn check(text: &str, expected: Expect) {
        let read = match text.parse::<MessageId>() {
            Ok(id) => {
                assert_eq!(id.to_string(), text);
                format!("{id:?}")
            }
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn the_sample_of_the_documentation_is_understood() {
        check(
            "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4MjZGRDA0OUE2OTQ3RkEyMzcA",
            expect!["MessageId(Outbound 16*******34 826FD049A6947FA237)"],
        );
    }

    #[test]
    fn a_phone_stands_in_it_as_its_wa_id_does() {
        let recipient = Recipient::from_number(5_531_987_654_321).unwrap();
        let text = MessageId::outbound(recipient, 1).to_string();
        let raw = STANDARD.decode(text.strip_prefix("wamid.").unwrap()).unwrap();
        assert_eq!(&raw[3..15], b"553187654321");
        assert_eq!(text.parse::<MessageId>().unwrap().recipient(), recipient);
    }

    #[test]
    fn another_text_is_refused() {
        check("", expect!["a message id must start with `wamid.`"]);
        check("wamid.", expect!["the bytes of the message id are not in the layout that Meta uses"]);
        check("wamid.****", expect!["a message id must be standard base64 of at most 45 bytes"]);
        check("wamid.HBgL", expect!["the bytes of the message id are not in the layout that Meta uses"]);
    }

    proptest! {
        #[test]
        fn an_id_reads_back_as_itself(
            number in 1_000_000_u64..=999_999_999_999_999,
            unique: u128,
            is_inbound: bool,
        ) {
            let recipient = Recipient::from_number(number).unwrap().canonical();
            let id = if is_inbound {
                MessageId::inbound(recipient, unique)
            } else {
                MessageId::outbound(recipient, unique)
            };
            let text = id.to_string();
            prop_assert!(text.len() < 128);
            prop_assert_eq!(text.parse::<MessageId>(), Ok(id));
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,90}") {
            let _ = text.parse::<MessageId>();
            let _ = format!("wamid.{text}").parse::<MessageId>();
        }
    }
}
