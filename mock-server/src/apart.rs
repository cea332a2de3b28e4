//! Values that are written often, on cache lines of their own.

use std::ops::Deref;

/// A value that shares no cache line with its neighbours, so that writing it does not take from
/// other cores what stands beside it.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

impl<T> Deref for Apart<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
