//! Multipart bodies: their fields, and the one file among them.

use http_body_util::{BodyExt, Full};

use super::{Bytes, Request};

/// A file that came with a request.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The name of its field.
    pub(crate) field: String,
    /// What it claims to hold.
    pub(crate) content_type: Option<String>,
    /// What it holds.
    pub(crate) bytes: Bytes,
}

/// What a multipart body holds; it is never larger than the body.
#[derive(Debug, Default)]
pub(crate) struct Multipart {
    /// The fields that are no files, in order.
    pub(crate) fields: Vec<(String, String)>,
    /// The last file, if there is any.
    pub(crate) file: Option<File>,
}

impl Request {
    /// Reads a multipart body as far as it can be read.
    // Assumed: Graph takes what comes before a broken part.
    pub(crate) async fn multipart(&self, body: &Bytes) -> Multipart {
        let content_type = self.header("content-type").unwrap_or_default();
        let Ok(boundary) = multer::parse_boundary(content_type) else { return Multipart::default() };
        let stream = Full::new(body.clone()).into_data_stream();
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut multipart = Multipart::default();
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let content_type = part.content_type().map(ToString::to_string);
            if is_file {
                let Ok(bytes) = part.bytes().await else { break };
                multipart.file = Some(File { field: name, content_type, bytes });
            } else {
                let Ok(text) = part.text().await else { break };
                multipart.fields.push((name, text));
            }
        }
        multipart
    }
}
