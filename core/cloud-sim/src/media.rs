//! Files that were uploaded: kept for a while, and in a bounded number of bytes.

use std::collections::VecDeque;
use std::sync::Arc;

use cloud_api::account::sha256_hex;
use cloud_api::{MediaId, WabaId};
use scenario::{Elapsed, Seed, Span};

/// How many bytes of files are kept; beyond that the oldest go.
pub const MEDIA_BYTES_KEPT: usize = 256 * 1024 * 1024;

/// How many files are kept, however small.
const FILES_KEPT: usize = 65_536;

/// The id of the first file; the others follow.
// Assumed: ids of 16 digits, as in Meta's samples.
const FIRST_MEDIA: u64 = 1_300_000_000_000_001;

/// How long a file is kept.
// Source: Cloud API reference, "Media": uploaded files are kept for 30 days.
const KEPT_FOR: Span = Span::from_secs(30 * 24 * 3_600);

/// For how many seconds the address of a file is good.
// Source: cloud-api.md §5.2: 5 minutes.
const ADDRESS_GOOD_FOR_SECS: u64 = 300;

/// All files.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(from = "SavedMedia", into = "SavedMedia")]
pub struct MediaStore {
    files: VecDeque<Media>,
    bytes: usize,
    bytes_max: usize,
    uploaded: u64,
    dropped: u64,
}

/// All files, as they are saved.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct SavedMedia {
    files: VecDeque<Media>,
    #[serde(deserialize_with = "crate::state::count")]
    uploaded: u64,
    #[serde(deserialize_with = "crate::state::count")]
    dropped: u64,
}

impl From<MediaStore> for SavedMedia {
    fn from(store: MediaStore) -> Self {
        Self { files: store.files, uploaded: store.uploaded, dropped: store.dropped }
    }
}

impl From<SavedMedia> for MediaStore {
    fn from(saved: SavedMedia) -> Self {
        let SavedMedia { files, uploaded, dropped } = saved;
        let bytes = files.iter().map(|file| file.bytes.len()).sum();
        Self { files, bytes, bytes_max: MEDIA_BYTES_KEPT, uploaded, dropped }
    }
}

impl Default for MediaStore {
    fn default() -> Self {
        Self::new(MEDIA_BYTES_KEPT)
    }
}

/// Bytes in JSON: as base64.
mod base64_bytes {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Arc<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[u8]>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(|_| D::Error::custom("a file is no base64"))?;
        Ok(bytes.into())
    }
}

/// A file.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// The account of the number to which it was uploaded.
    pub account: WabaId,
    /// Its type.
    pub mime: Box<str>,
    /// The SHA-256 of what it holds, in lowercase hexadecimal.
    pub sha256: Box<str>,
    /// What it holds.
    #[serde(with = "base64_bytes")]
    pub bytes: Arc<[u8]>,
    uploaded: Elapsed,
}

/// What shows that an address of a file was made by this Meta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaAddress {
    /// The file.
    pub id: MediaId,
    /// Until when it is good, in unix seconds.
    pub until: u64,
    /// What nobody else can know.
    pub hash: u64,
}

impl MediaStore {
    /// A store that keeps so many bytes.
    #[must_use]
    pub const fn new(bytes_max: usize) -> Self {
        Self { files: VecDeque::new(), bytes: 0, bytes_max, uploaded: 0, dropped: 0 }
    }

    /// Takes a file on; the oldest make room for it, and are counted.
    pub fn upload(&mut self, now: Elapsed, account: WabaId, mime: &str, bytes: &[u8]) -> MediaId {
        self.expire(now);
        let id = MediaId::new(FIRST_MEDIA + self.uploaded);
        self.uploaded += 1;
        self.bytes += bytes.len();
        self.files.push_back(Media {
            id,
            account,
            mime: mime.into(),
            sha256: sha256_hex(bytes).into(),
            bytes: bytes.into(),
            uploaded: now,
        });
        while (self.bytes > self.bytes_max || self.files.len() > FILES_KEPT) && self.files.len() > 1 {
            self.drop_oldest();
            self.dropped += 1;
        }
        id
    }

    /// How many files it holds.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// The file with this id, if it is still there.
    #[must_use]
    pub fn find(&self, now: Elapsed, id: MediaId) -> Option<&Media> {
        let media = &self.files[self.place(id)?];
        (now.since(media.uploaded) < KEPT_FOR).then_some(media)
    }

    /// Whether this id was given to a file, be it gone by now.
    #[must_use]
    pub fn has_given(&self, id: MediaId) -> bool {
        (FIRST_MEDIA..FIRST_MEDIA + self.uploaded).contains(&id.number())
    }

    /// Deletes a file; says whether there was one.
    pub fn delete(&mut self, id: MediaId) -> bool {
        let Some(media) = self.place(id).and_then(|place| self.files.remove(place)) else { return false };
        self.bytes -= media.bytes.len();
        true
    }

    /// Forgets all files; their ids are not given again.
    pub fn forget(&mut self) {
        self.files.clear();
        self.bytes = 0;
    }

    /// Gives no id that another store has given.
    pub fn skip_past(&mut self, other: &Self) {
        self.uploaded = self.uploaded.max(other.uploaded);
    }

    /// Gives none of the next so many ids.
    pub(crate) const fn skip_ids(&mut self, count: u64) {
        self.uploaded += count;
    }

    /// How many bytes the files hold.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many files were dropped for want of room.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Files are in the order of their ids.
    fn place(&self, id: MediaId) -> Option<usize> {
        self.files.binary_search_by_key(&id, |media| media.id).ok()
    }

    fn expire(&mut self, now: Elapsed) {
        while self.files.front().is_some_and(|media| now.since(media.uploaded) >= KEPT_FOR) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(media) = self.files.pop_front() {
            self.bytes -= media.bytes.len();
        }
    }
}

impl MediaAddress {
    /// A new address of a file, good from this time on, in unix seconds.
    #[must_use]
    pub fn new(seed: Seed, id: MediaId, unix: u64) -> Self {
        let until = unix + ADDRESS_GOOD_FOR_SECS;
        Self { id, until, hash: hash(seed, id, until) }
    }

    /// Whether it was made by this Meta and is still good, in unix seconds.
    #[must_use]
    pub fn is_good(&self, seed: Seed, unix: u64) -> bool {
        unix <= self.until && self.hash == hash(seed, self.id, self.until)
    }
}

fn hash(seed: Seed, id: MediaId, until: u64) -> u64 {
    seed.stream("media", id.number(), until).below(u64::MAX)
}

#[cfg(test)]
mod tests {
    use cloud_api::WabaId;
    use scenario::{Elapsed, Seed, Span};

    use super::{FILES_KEPT, MediaAddress, MediaStore};

    fn at(secs: u64) -> Elapsed {
        Elapsed::ZERO + Span::from_secs(secs)
    }

    #[test]
    fn the_oldest_files_make_room_and_are_counted() {
        let mut store = MediaStore::new(10);
        let ids: Vec<_> =
            (0..4).map(|_| store.upload(at(0), WabaId::new(1), "text/plain", &[0; 4])).collect();
        assert_eq!((store.bytes(), store.dropped()), (8, 2));
        assert!(store.find(at(0), ids[1]).is_none());
        assert!(store.find(at(0), ids[2]).is_some());
        assert!(store.delete(ids[2]) && !store.delete(ids[2]));
        assert_eq!((store.bytes(), store.dropped()), (4, 2));
    }

    #[test]
    fn small_files_make_room_too_and_ids_are_given_once() {
        let (mut store, mut other) = (MediaStore::new(usize::MAX), MediaStore::new(10));
        let mut upload = || store.upload(at(0), WabaId::new(1), "text/plain", b"a");
        let first = upload();
        for _ in 0..FILES_KEPT {
            upload();
        }
        assert_eq!((store.files(), store.dropped()), (FILES_KEPT, 1));
        store.forget();
        assert_eq!((store.files(), store.bytes()), (0, 0));
        other.skip_past(&store);
        for store in [&mut store, &mut other] {
            let next = store.upload(at(0), WabaId::new(1), "text/plain", b"a");
            assert_eq!(next.number(), first.number() + FILES_KEPT as u64 + 1);
        }
    }

    #[test]
    fn a_file_is_there_for_thirty_days() {
        const DAY: u64 = 24 * 3_600;
        let mut store = MediaStore::new(10);
        let id = store.upload(at(0), WabaId::new(1), "text/plain", b"a");
        assert!(store.find(at(30 * DAY - 1), id).is_some());
        assert!(store.find(at(30 * DAY), id).is_none());
        store.upload(at(30 * DAY), WabaId::new(1), "text/plain", b"b");
        assert_eq!((store.bytes(), store.dropped()), (1, 0));
    }

    #[test]
    fn an_address_is_good_for_five_minutes_and_cannot_be_made_up() {
        let seed = Seed::default();
        let id = MediaStore::new(10).upload(at(0), WabaId::new(1), "text/plain", b"a");
        let address = MediaAddress::new(seed, id, 1_000);
        assert!(address.is_good(seed, 1_300) && !address.is_good(seed, 1_301));
        assert!(!MediaAddress { until: 9_999, ..address }.is_good(seed, 1_000));
        assert!(!MediaAddress { hash: address.hash ^ 1, ..address }.is_good(seed, 1_000));
    }
}
