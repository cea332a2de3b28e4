//! Files: uploaded to a number, told of, fetched and deleted.

use cloud_api::account::{FileSize, MediaNode, Node, Upload, parse_upload};
use cloud_api::{MediaId, Refusal, WabaId, query};
use cloud_sim::{Media, MediaAddress, Need};

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph, success};
use crate::http::Answer;

/// Where files are fetched: the path of Meta's own host for them.
const ATTACHMENTS: &str = "/whatsapp_business/attachments";

/// Meta's host of the Graph API, and the one of its files.
const GRAPH_HOST: &str = "graph.facebook.com";
const MEDIA_HOST: &str = "lookaside.fbsbx.com";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/media",
        about: "upload a file",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::upload),
    },
    Operation {
        verb: Verb::Get,
        path: "/{media-id}",
        about: "read where a file can be fetched",
        source: "cloud-api.md 5.2",
        handle: Handle::Node(Graph::show_media),
    },
    Operation {
        verb: Verb::Delete,
        path: "/{media-id}",
        about: "delete a file",
        source: "cloud-api.md 5.2",
        handle: Handle::Node(Graph::delete_media),
    },
    Operation {
        verb: Verb::Get,
        path: ATTACHMENTS,
        about: "fetch a file",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::fetch),
    },
];

impl Graph {
    fn upload(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = call.number(id, Need::SEND)?;
        let file = call.file.filter(|file| file.field == "file");
        let upload =
            file.map(|file| Upload { content_type: file.content_type.as_deref(), bytes: file.bytes.len() });
        let mime = parse_upload(call.body, upload)?;
        let bytes = file.map_or(&[][..], |file| &file.bytes);
        let now = self.engine.clock.now();
        let id = self.engine.media().upload(now, number.account, &mime, bytes);
        let mut node = Node::new();
        node.push("id", Some(id));
        Ok(Answer::json(200, node.to_json()))
    }

    fn show_media(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some(media) = self.visible_media(call, id) else { return Ok(None) };
        call.caller.may(Need::SEE_MESSAGING, media.account)?;
        let address = MediaAddress::new(self.engine.world().seed, media.id, self.unix_now());
        // Source: cloud-api.md §5.2 for the host and its path; peers and clients show `mid`, `ext`, `hash`.
        // Whoever comes to a host of another name fetches files there as well.
        let origin = call.request.origin().replace(GRAPH_HOST, MEDIA_HOST);
        let MediaAddress { id, until, hash } = address;
        let url = format!("{origin}{ATTACHMENTS}/?mid={id}&ext={until}&hash={hash:x}");
        let node = MediaNode {
            messaging_product: "whatsapp",
            url,
            mime_type: &media.mime,
            sha256: &media.sha256,
            file_size: FileSize::under(&self.engine.facts(call.version), media.bytes.len()),
            id: media.id,
        };
        Ok(Some(Answer::json(200, node.to_json())))
    }

    fn delete_media(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some(media) = self.visible_media(call, id) else { return Ok(None) };
        call.caller.may(Need::SEND, media.account)?;
        Ok(self.engine.media().delete(media.id).then(success))
    }

    // Source: cloud-api.md §5.2; Meta's guide: a token is needed, and an address that is too old is
    // answered with 404. Assumed: without a body.
    fn fetch(&self, call: &Call<'_>, _: &str) -> Result<Answer, Refusal> {
        let gone = || Answer::text(404, String::new());
        let Some(address) = address(call.request.query()) else { return Ok(gone()) };
        if !address.is_good(self.engine.world().seed, self.unix_now()) {
            return Ok(gone());
        }
        let Some(media) = self.visible_media(call, &address.id.to_string()) else { return Ok(gone()) };
        call.caller.may(Need::SEE_MESSAGING, media.account)?;
        let content_type = media.mime.into_string().into();
        Ok(Answer { content_type, ..Answer::json(200, media.bytes.to_vec()) })
    }

    /// Whether a file of this id was uploaded to a number of this account, and is still there.
    pub(super) fn has_media(&self, account: WabaId, id: &str) -> bool {
        let Ok(id) = id.parse() else { return false };
        self.engine.media().find(self.engine.clock.now(), id).is_some_and(|media| media.account == account)
    }

    /// The file of this id, if there is one whose account the caller sees.
    fn visible_media(&self, call: &Call<'_>, id: &str) -> Option<Media> {
        let media = self.engine.media().find(self.engine.clock.now(), id.parse().ok()?)?.clone();
        let account = call.directory.account(media.account)?;
        call.caller.sees(account.portfolio, account.id).then_some(media)
    }
}

/// Reads the address of a file.
fn address(query: &str) -> Option<MediaAddress> {
    let id: MediaId = query::find(query, "mid")?.parse().ok()?;
    let until = query::find(query, "ext")?.parse().ok()?;
    let hash = u64::from_str_radix(&query::find(query, "hash")?, 16).ok()?;
    Some(MediaAddress { id, until, hash })
}
