//! Numbers are added, verified, registered, deregistered and changed.

use cloud_api::account::{
    CodeRequest, NewNumber, Node, NumberUpdate, ProfileField, ProfileUpdate, RegisterRequest, Selection,
    SettingUpdate, parse_verification,
};
use cloud_api::{PhoneNumberId, Refusal};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::templates::account;
use super::{Call, Graph, success};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "/{account-id}/phone_numbers",
        about: "add a phone number to an account",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::add_number),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/request_code",
        about: "ask for the code that shows whose a number is",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::request_code),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/verify_code",
        about: "show whose a number is",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::verify_code),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/register",
        about: "register a number, so that it can send",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::register),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/deregister",
        about: "deregister a number",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::deregister),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}",
        about: "change the pin, the name or the callback of a number",
        source: "cloud-api.md 5.2",
        handle: Handle::SlowNode(|graph, call, id| Box::pin(graph.update_number(call, id))),
    },
    Operation {
        verb: Verb::Get,
        path: "/{phone-number-id}/whatsapp_business_profile",
        about: "read what a business tells of itself",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::show_profile),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/whatsapp_business_profile",
        about: "change what a business tells of itself",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::change_profile),
    },
    Operation {
        verb: Verb::Get,
        path: "/{phone-number-id}/settings",
        about: "read the settings of a number",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::show_settings),
    },
    Operation {
        verb: Verb::Post,
        path: "/{phone-number-id}/settings",
        about: "change a setting of a number",
        source: "cloud-api.md 5.2",
        handle: Handle::Edge(Graph::change_settings),
    },
];

impl Graph {
    pub(super) fn add_number(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let account = account(call, id)?;
        let new = NewNumber::parse(call.body)?;
        let (now, world) = (self.engine.clock.now(), self.engine.world());
        let added =
            self.engine.change_directory(|directory| directory.add_number(now, &world, account, &new))?;
        self.engine.directory_changed.notify_one();
        let mut node = Node::new();
        node.push("id", Some(added));
        Ok(Answer::json(200, node.to_json()))
    }

    pub(super) fn request_code(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        CodeRequest::parse(call.body)?;
        let (now, world) = (self.engine.clock.now(), self.engine.world());
        self.engine.change_directory(|directory| directory.request_code(now, &world, number))?;
        Ok(success())
    }

    pub(super) fn verify_code(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let code = parse_verification(call.body)?;
        let now = self.engine.clock.now();
        self.engine.change_directory(|directory| directory.verify_code(now, number, &code))?;
        Ok(success())
    }

    pub(super) fn register(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let request = RegisterRequest::parse(call.body)?;
        let (now, unix) = (self.engine.clock.now(), self.unix_now());
        self.engine.change_and_notify(|directory| directory.register(now, unix, number, &request))?;
        Ok(success())
    }

    pub(super) fn deregister(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let now = self.engine.clock.now();
        self.engine.change_directory(|directory| directory.deregister(now, number))?;
        Ok(success())
    }

    async fn update_number(&self, call: &Call<'_>, id: &str) -> Result<Option<Answer>, Refusal> {
        let Some(number) = call.visible_number(id) else { return Ok(None) };
        call.caller.may(Need::MANAGE_NUMBER, number.account)?;
        let update = NumberUpdate::parse(call.body)?;
        let overridden = self.override_number_callback(call, id).await?;
        if update.is_empty() && overridden.is_none() {
            let details = "one of pin, new_display_name and webhook_configuration must be given.".into();
            return Err(Refusal::InvalidParameter { details });
        }
        let (now, world, number) = (self.engine.clock.now(), self.engine.world(), number.id);
        self.engine.change_and_notify(|directory| directory.update_number(now, &world, number, &update))?;
        Ok(Some(success()))
    }

    pub(super) fn show_profile(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let fields = call.request.parameter("fields");
        let selection = Selection::<ProfileField>::parse(fields.as_deref())?;
        let number = call.directory.number(number).ok_or(Refusal::ApiUnknown)?;
        Ok(Answer::json(200, number.profile.to_json(&self.engine.facts(call.version), &selection)))
    }

    pub(super) fn change_profile(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let update = ProfileUpdate::parse(call.body)?;
        self.engine.change_directory(|directory| directory.set_profile(number, update))?;
        Ok(success())
    }

    pub(super) fn show_settings(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let number = call.directory.number(number).ok_or(Refusal::ApiUnknown)?;
        Ok(Answer::json(200, number.settings.to_json()))
    }

    pub(super) fn change_settings(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let number = number(call, id)?;
        let update = SettingUpdate::parse(call.body)?;
        let (now, unix) = (self.engine.clock.now(), self.unix_now());
        self.engine.change_and_notify(|directory| directory.set_setting(now, unix, number, update))?;
        Ok(success())
    }
}

/// The number with this id, for a caller that may see or change it.
pub(super) fn number(call: &Call<'_>, id: &str) -> Result<PhoneNumberId, Refusal> {
    let need = if call.request.method() == "GET" { Need::SEE_NUMBER } else { Need::MANAGE_NUMBER };
    call.number(id, need).map(|number| number.id)
}
