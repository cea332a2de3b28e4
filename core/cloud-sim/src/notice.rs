//! News for the callbacks that is not about one message.

use cloud_api::WabaId;
use cloud_api::webhook::AccountChange;
use scenario::Elapsed;

/// Something of an account has changed, and its apps are to be told.
///
/// Whatever changes the directory gives these back; the driver posts them as it posts statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The account.
    pub account: WabaId,
    /// When it changed.
    pub at: Elapsed,
    /// What changed.
    pub change: AccountChange,
}
