//! One server at a time on one state file.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use super::{beside, create};

/// Takes a state file for one server, until the lock is dropped or the process ends, however it does.
///
/// What is locked is a file beside it, because the state file itself is replaced at each save. It is never
/// removed: somebody might have opened it already, and would then hold a lock that nobody else sees.
///
/// # Errors
///
/// When another server has taken it, or nothing can be written where it is.
pub(super) fn take(path: &Path) -> io::Result<File> {
    let refused = |error: io::Error| {
        let told = format!("the state cannot be kept in {}: {error}", path.display());
        io::Error::new(error.kind(), told)
    };
    let lock = create(&beside(path, "lock")).map_err(refused)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            let rule = "but must be kept by one at a time";
            refused(io::Error::new(io::ErrorKind::ResourceBusy, format!("another mock keeps it, {rule}")))
        }
        TryLockError::Error(error) => refused(error),
    })?;
    try_to_write(path).map_err(refused)?;
    Ok(lock)
}

/// Writes a file as each save does, and removes it.
fn try_to_write(path: &Path) -> io::Result<()> {
    let beside = beside(path, "new");
    create(&beside)?;
    fs::remove_file(beside)
}
