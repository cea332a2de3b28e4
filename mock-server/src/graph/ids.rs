//! `GET /?ids=1,2`: several objects in one answer.

use cloud_api::Refusal;

use super::path::Path;
use super::{Call, Graph};
use crate::http::Answer;

/// How many objects one request may ask for.
// Assumed: as on Graph's other pages, and in its words.
const IDS_MAX: usize = 50;

impl Graph {
    /// The objects of these ids, each as if it had been asked for alone; the first refusal is told.
    // Source: Graph's pages on reading several objects. Assumed: the order is that of the request.
    pub(super) async fn show_ids(&self, call: &Call<'_>, ids: &str) -> Result<Answer, Refusal> {
        let ids: Vec<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
        if ids.len() > IDS_MAX {
            let details = format!("Too many IDs. Maximum: {IDS_MAX}. Provided: {}.", ids.len());
            return Err(Refusal::InvalidParameter { details: details.into() });
        }
        let mut body = b"{".to_vec();
        for (nth, id) in ids.iter().enumerate() {
            let shown = self.answer(call, &Path::of_node(id)).await?;
            if nth > 0 {
                body.push(b',');
            }
            body.extend(serde_json::to_vec(id).expect("a text serializes"));
            body.push(b':');
            body.extend(shown.body);
        }
        body.push(b'}');
        Ok(Answer::json(200, body))
    }
}
