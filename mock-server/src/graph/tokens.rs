//! `/oauth/access_token` and `GET /debug_token`: tokens handed out and told of.

use cloud_api::access::{TokenAnswer, TokenRequest, parse_debug_token};
use cloud_api::{AccessToken, Refusal};
use cloud_sim::Undeclared;

use super::operation::{Handle, Operation, Verb};
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/debug_token",
        about: "read what is known of a token",
        source: "cloud-api.md 5.3",
        handle: Handle::Edge(Graph::debug_token),
    },
    Operation {
        verb: Verb::Get,
        path: "/oauth/access_token",
        about: "ask for a token",
        source: "cloud-api.md 5.3",
        handle: Handle::Open(Graph::hand_out_token),
    },
    Operation {
        verb: Verb::Post,
        path: "/oauth/access_token",
        about: "ask for a token",
        source: "cloud-api.md 5.3",
        handle: Handle::Open(Graph::hand_out_token),
    },
];

impl Graph {
    fn debug_token(&self, call: &Call<'_>, _: &str) -> Result<Answer, Refusal> {
        let asked = parse_debug_token(call.body)?;
        let told = call.directory.debug_token(&call.caller, asked.expose(), self.unix_now())?;
        Ok(Answer::json(200, told))
    }

    /// Needs no token: the app's secret stands for it.
    fn hand_out_token(&self, body: &[u8]) -> Result<Answer, Refusal> {
        let request = TokenRequest::parse(body)?;
        let founding = self.engine.founding();
        let own = format!("{}|{}", request.app, request.secret.expose());
        let handed_out = self.engine.change_directory(|directory| {
            // In easy mode an app comes into being with the secret that it shows.
            if directory.is_easy() {
                directory.take_on(&Undeclared::Token(&own), None, founding);
            }
            directory.hand_out(&request, founding)
        })?;
        let token: &AccessToken = &handed_out.token;
        Ok(Answer::json(200, TokenAnswer::new(token, handed_out.expires_in).to_json()))
    }
}
