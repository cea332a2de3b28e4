//! Whether messages can be sent, and what stands in the way: `health_status`.

use serde::Serialize;

use super::word::CanSend;

/// The answer to the question whether messages can be sent.
// Source: cloud-api.md 5.3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    can_send_message: CanSend,
    entities: Vec<Entity>,
}

/// One thing that must be well for messages to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// What it is.
    #[serde(rename = "entity_type")]
    pub kind: EntityKind,
    /// Its id.
    pub id: String,
    /// How it is.
    pub can_send_message: CanSend,
    /// Why it is limited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_info: Vec<&'static str>,
    /// Why it is blocked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<HealthError>,
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntityKind {
    /// A template.
    MessageTemplate,
    /// A phone number.
    PhoneNumber,
    /// An account.
    Waba,
    /// A portfolio.
    Business,
    /// An app.
    App,
}

/// Why an entity is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HealthError {
    /// Meta's number for it.
    pub error_code: u32,
    /// What is wrong.
    pub error_description: &'static str,
    /// What would help.
    pub possible_solution: &'static str,
}

impl Health {
    /// The health of a whole, which is that of its worst part.
    #[must_use]
    pub fn of(entities: Vec<Entity>) -> Self {
        let worst = entities.iter().map(|entity| entity.can_send_message).max();
        Self { can_send_message: worst.unwrap_or(CanSend::Available), entities }
    }
}

impl Entity {
    /// An entity that is well.
    #[must_use]
    pub fn available(kind: EntityKind, id: impl ToString) -> Self {
        Self {
            kind,
            id: id.to_string(),
            can_send_message: CanSend::Available,
            additional_info: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// The same entity with one more reason to be limited.
    #[must_use]
    pub fn limited(mut self, why: &'static str) -> Self {
        self.can_send_message = self.can_send_message.max(CanSend::Limited);
        self.additional_info.push(why);
        self
    }

    /// The same entity with one more reason to be blocked.
    #[must_use]
    pub fn blocked(mut self, error: HealthError) -> Self {
        self.can_send_message = CanSend::Blocked;
        self.errors.push(error);
        self
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Entity, EntityKind, Health, HealthError};

    #[test]
    fn the_whole_is_as_well_as_its_worst_part() {
        let error = HealthError { error_code: 141_006, error_description: "a", possible_solution: "b" };
        let health = Health::of(vec![
            Entity::available(EntityKind::PhoneNumber, 1),
            Entity::available(EntityKind::Waba, 2).blocked(error),
            Entity::available(EntityKind::Business, 3).limited("c"),
        ]);
        expect![[r#"{"can_send_message":"BLOCKED","entities":[{"entity_type":"PHONE_NUMBER","id":"1","can_send_message":"AVAILABLE"},{"entity_type":"WABA","id":"2","can_send_message":"BLOCKED","errors":[{"error_code":141006,"error_description":"a","possible_solution":"b"}]},{"entity_type":"BUSINESS","id":"3","can_send_message":"LIMITED","additional_info":["c"]}]}"#]]
        .assert_eq(&serde_json::to_string(&health).unwrap());
    }
}
