//! The path of a request: its version and its segments.

use cloud_api::{GraphVersion, Refusal};

/// How many segments the longest path of any operation has.
const SEGMENTS_MAX: usize = 3;

/// A path that was taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    /// What comes after the version, from its first segment.
    rest: &'a str,
    /// The first of its segments.
    segments: [&'a str; SEGMENTS_MAX],
    /// How many segments there are, counted to one more than the longest path has.
    length: usize,
}

impl<'a> Path<'a> {
    /// The version that a path begins with, and the rest of it.
    // Assumed: a path without a version is served as the default version.
    pub(super) fn read(path: &'a str) -> (Result<GraphVersion, Refusal>, Self) {
        let path = path.trim_start_matches('/');
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        if !(first.starts_with('v') && first.contains('.')) {
            return (Ok(GraphVersion::default()), Self::split(path));
        }
        let unknown = |_| Refusal::UnknownPath { path: format!("/{first}") };
        (first.parse().map_err(unknown), Self::split(rest))
    }

    /// The path of one object.
    pub(super) fn of_node(id: &'a str) -> Self {
        let mut segments = [""; SEGMENTS_MAX];
        segments[0] = id;
        Self { rest: id, segments, length: 1 }
    }

    /// Whether nothing comes after the version.
    pub(super) fn is_root(&self) -> bool {
        self.length == 0
    }

    fn split(rest: &'a str) -> Self {
        let mut segments = [""; SEGMENTS_MAX];
        let mut length = 0;
        for segment in rest.split('/').filter(|segment| !segment.is_empty()).take(SEGMENTS_MAX + 1) {
            if let Some(place) = segments.get_mut(length) {
                *place = segment;
            }
            length += 1;
        }
        Self { rest, segments, length }
    }

    /// What stands in the path where `pattern` has braces, if the path has the shape of `pattern`.
    ///
    /// A pattern has at most one pair of braces; without any, the text is empty.
    pub(super) fn matched(&self, pattern: &str) -> Option<&'a str> {
        let mut named = "";
        let mut length = 0;
        for wanted in pattern.as_bytes().split(|byte| *byte == b'/').skip(1) {
            let found = *self.segments.get(length).filter(|_| length < self.length)?;
            if wanted.starts_with(b"{") {
                named = found;
            } else if wanted != found.as_bytes() {
                return None;
            }
            length += 1;
        }
        (length == self.length).then_some(named)
    }

    /// The only segment, if there is one.
    pub(super) fn node(&self) -> Option<&'a str> {
        (self.length == 1).then_some(self.segments[0])
    }

    /// The first segment, if there is one.
    pub(super) fn first(&self) -> Option<&'a str> {
        (self.length > 0).then_some(self.segments[0])
    }

    /// The last segment of a path that goes on after an object's id.
    pub(super) fn edge(&self) -> Option<&'a str> {
        let last = self.length.checked_sub(1).filter(|last| *last > 0)?;
        self.segments.get(last).copied()
    }

    /// The path after the version, in Graph's spelling.
    pub(super) fn rest(&self) -> String {
        format!("/{}", self.rest.trim_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[track_caller]
    fn check(path: &str, pattern: &str, expected: Option<&str>) {
        assert_eq!(Path::read(path).1.matched(pattern), expected);
    }

    #[test]
    fn a_path_has_the_shape_of_a_pattern_whatever_its_version() {
        check("/v23.0/106/messages", "/{number}/messages", Some("106"));
        check("/106/messages/", "/{number}/messages", Some("106"));
        check("//v23.0//106", "/{number}", Some("106"));
        check("/v23.0/debug_token", "/debug_token", Some(""));
        check("/v23.0/1/message_templates/archive", "/{account}/message_templates/archive", Some("1"));
    }

    #[test]
    fn a_longer_or_a_shorter_path_has_another_shape() {
        check("/v23.0/106/messages/1", "/{number}/messages", None);
        check("/v23.0/106", "/{number}/messages", None);
        check("/v23.0/1/2/3/4", "/{a}/2/3", None);
        check("/", "/{number}", None);
    }
}
