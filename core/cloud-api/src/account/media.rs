//! Files that are uploaded, to be sent with messages.

use serde::Serialize;

use super::parameters::{Parameters, invalid};
use crate::id::MediaId;
use crate::profile::Facts;
use crate::refusal::Refusal;

/// What kind of file it is, which decides how large it may be.
// Source: cloud-api.md 5.2 for the edges; Meta's reference of media for types and sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// Sound: 16 MB.
    Audio,
    /// A text or an office file: 100 MB.
    Document,
    /// A picture: 5 MB.
    Image,
    /// A sticker: 500 kB, as an animated one may have.
    Sticker,
    /// A film: 16 MB.
    Video,
}

const TYPES: [(&str, MediaKind); 20] = [
    ("audio/aac", MediaKind::Audio),
    ("audio/mp4", MediaKind::Audio),
    ("audio/mpeg", MediaKind::Audio),
    ("audio/amr", MediaKind::Audio),
    ("audio/ogg", MediaKind::Audio),
    ("audio/opus", MediaKind::Audio),
    ("application/vnd.ms-powerpoint", MediaKind::Document),
    ("application/msword", MediaKind::Document),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", MediaKind::Document),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", MediaKind::Document),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", MediaKind::Document),
    ("application/pdf", MediaKind::Document),
    ("text/plain", MediaKind::Document),
    ("application/vnd.ms-excel", MediaKind::Document),
    ("image/jpeg", MediaKind::Image),
    ("image/png", MediaKind::Image),
    ("image/webp", MediaKind::Sticker),
    ("video/mp4", MediaKind::Video),
    ("video/3gp", MediaKind::Video),
    ("video/3gpp", MediaKind::Video),
];

/// How large the largest file may be, in bytes.
pub const MEDIA_BYTES_MAX: usize = 100 * 1024 * 1024;

impl MediaKind {
    /// The kind of files of this MIME type, whatever its parameters.
    #[must_use]
    pub fn of_mime(mime: &str) -> Option<Self> {
        let plain = mime.split(';').next().unwrap_or_default().trim();
        TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(plain)).map(|(_, kind)| *kind)
    }

    /// How large a file may be, in bytes.
    #[must_use]
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Audio | Self::Video => 16 * 1024 * 1024,
            Self::Document => MEDIA_BYTES_MAX,
            Self::Image => 5 * 1024 * 1024,
            Self::Sticker => 500 * 1024,
        }
    }
}

/// A file that came with a request to `POST /{number id}/media`.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// What the part of the request claims that it holds, if it does.
    pub content_type: Option<&'a str>,
    /// How large it is, in bytes.
    pub bytes: usize,
}

/// Reads the parameters beside an uploaded file, and gives its MIME type.
///
/// # Errors
///
/// When the product or the file is missing, or its type or size is not allowed.
// Source: cloud-api.md 5.2. Assumed: `type` may be left out where the file's part says it.
pub fn parse_upload(body: &[u8], file: Option<Upload<'_>>) -> Result<String, Refusal> {
    let parameters = Parameters::read(body);
    parameters.check_product()?;
    let file = file.ok_or(Refusal::MissingParameter { name: "file".into() })?;
    let stated = parameters.text("type").filter(|stated| stated.contains('/'));
    let mime = match (&stated, file.content_type) {
        (Some(stated), _) => stated.as_ref(),
        (None, Some(content_type)) => content_type,
        (None, None) => return Err(Refusal::MissingParameter { name: "type".into() }),
    };
    let kind = MediaKind::of_mime(mime).ok_or_else(|| {
        let types: Vec<&str> = TYPES.iter().map(|(known, _)| *known).collect();
        let rule = format!(
            "it must be a file with one of the following types: {}. Received file of type '{mime}'",
            types.join(", "),
        );
        invalid("file", &rule)
    })?;
    if file.bytes == 0 {
        return Err(invalid("file", "it must not be empty"));
    }
    if file.bytes > kind.bytes_max() {
        let rule = format!(
            "it has {} bytes, but files of type {mime} have at most {}",
            file.bytes,
            kind.bytes_max()
        );
        return Err(invalid("file", &rule));
    }
    Ok(mime.to_owned())
}

/// What is told of a file.
// Source: cloud-api.md 5.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MediaNode<'a> {
    /// Always `whatsapp`.
    pub messaging_product: &'static str,
    /// Where it can be fetched, for five minutes, with the same token.
    pub url: String,
    /// Its type.
    pub mime_type: &'a str,
    /// The SHA-256 of what it holds, in lowercase hexadecimal.
    pub sha256: &'a str,
    /// How large it is.
    pub file_size: FileSize,
    /// Its id.
    pub id: MediaId,
}

/// How large a file is, in bytes, as answers tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FileSize {
    /// As a number.
    Number(usize),
    /// As a text.
    Text(String),
}

impl FileSize {
    /// The size as a version tells it that has these facts.
    // Source: cloud-api.md 12.3.
    #[must_use]
    pub fn under(facts: &Facts, bytes: usize) -> Self {
        if facts.media_size_as_text { Self::Text(bytes.to_string()) } else { Self::Number(bytes) }
    }
}

impl MediaNode<'_> {
    /// The body of an answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        crate::ascii::to_utf8_vec(self)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::{Upload, parse_upload};

    #[track_caller]
    fn check(fields: &str, content_type: Option<&str>, bytes: usize, expected: Expect) {
        let body = format!(r#"{{"messaging_product":"whatsapp"{fields}}}"#);
        let read = match parse_upload(body.as_bytes(), Some(Upload { content_type, bytes })) {
            Ok(mime) => mime,
            Err(refusal) => refusal.details().unwrap_or(refusal.message()).into_owned(),
        };
        expected.assert_eq(&read);
    }

    #[test]
    fn the_type_is_what_the_request_or_the_file_says() {
        check(r#","type":"image/png""#, Some("image/jpeg"), 1, expect!["image/png"]);
        check("", Some("audio/ogg; codecs=opus"), 1, expect!["audio/ogg; codecs=opus"]);
        check("", None, 1, expect!["(#100) The parameter type is required."]);
    }

    #[test]
    fn a_file_of_another_type_or_size_is_refused() {
        check(r#","type":"image/png""#, None, 5 * 1024 * 1024, expect!["image/png"]);
        check(
            r#","type":"image/png""#,
            None,
            5 * 1024 * 1024 + 1,
            expect!["Param file: it has 5242881 bytes, but files of type image/png have at most 5242880."],
        );
        check(r#","type":"image/png""#, None, 0, expect!["Param file: it must not be empty."]);
        check(
            r#","type":"image/tiff""#,
            None,
            1,
            expect![
                "Param file: it must be a file with one of the following types: audio/aac, audio/mp4, audio/mpeg, audio/amr, audio/ogg, audio/opus, application/vnd.ms-powerpoint, application/msword, application/vnd.openxmlformats-officedocument.wordprocessingml.document, application/vnd.openxmlformats-officedocument.presentationml.presentation, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, application/pdf, text/plain, application/vnd.ms-excel, image/jpeg, image/png, image/webp, video/mp4, video/3gp, video/3gpp. Received file of type 'image/tiff'."
            ],
        );
    }
}
