//! What reaches the phones of the people who asked for a code.

use cloud_api::{OtpCode, Recipient};
use scenario::Elapsed;
use tokio::sync::mpsc;

/// Where a run hears what reaches the phones; bounded, so a sender waits or drops when it is full.
///
/// The receiver ends with the run: a sender that finds it gone has made no mistake.
pub type Phones = mpsc::Receiver<OnPhone>;

/// What reached a phone, or never will.
#[derive(Clone, Debug)]
pub enum OnPhone {
    /// A code is on the phone.
    Code {
        /// Whose phone it is.
        recipient: Recipient,
        /// The code.
        code: OtpCode,
        /// When it got there; the time to type it in counts from here.
        at: Elapsed,
    },
    /// Nothing will come any more: the message failed, was refused or was discarded.
    ///
    /// It is a hint that lets a run end sooner. A code that comes all the same is typed in.
    Never {
        /// Whose phone it is.
        recipient: Recipient,
    },
}
