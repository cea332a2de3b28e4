//! Quarters as they are saved.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

type Quarters = OnceLock<Box<[AtomicU32]>>;

pub(super) fn serialize<S: Serializer>(quarters: &Quarters, serializer: S) -> Result<S::Ok, S::Error> {
    quarters.get().serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Quarters, D::Error> {
    let saved = Option::<Box<[AtomicU32]>>::deserialize(deserializer)?;
    let whole = saved.filter(|quarters| quarters.len() as u64 == super::WEEK);
    Ok(whole.map_or_else(OnceLock::new, OnceLock::from))
}
