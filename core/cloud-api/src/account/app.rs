//! An app, as it is read.

use super::selection::fields;
use super::{Node, Selection};
use crate::id::AppId;

fields! {
    /// A field of an app.
    // Source: cloud-api.md 5.3 for the members that `subscribed_apps` tells. Assumed: these are what is
    // told unasked, and the name of the type.
    AppField on "Application" by default [Link, Name, Id] {
        Id = "id",
        Link = "link",
        Name = "name",
    }
}

/// Everything that an answer about an app is made from.
#[derive(Clone, Copy, Debug)]
pub struct AppView<'a> {
    /// Its id.
    pub id: AppId,
    /// Its name.
    pub name: &'a str,
}

impl AppView<'_> {
    /// Where people would find it.
    #[must_use]
    pub fn link(&self) -> String {
        format!("https://www.facebook.com/games/?app_id={}", self.id)
    }

    /// The fields that were asked for, and the id.
    #[must_use]
    pub fn node(&self, selection: &Selection<AppField>) -> Node {
        let mut node = Node::new();
        for field in selection.fields() {
            match field {
                AppField::Id => node.push("id", Some(self.id)),
                AppField::Link => node.push("link", Some(self.link())),
                AppField::Name => node.push("name", Some(self.name)),
            }
        }
        node.push("id", Some(self.id));
        node
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::AppView;
    use crate::account::Selection;
    use crate::id::AppId;

    #[test]
    fn an_app_tells_its_name_and_its_link() {
        let app = AppView { id: AppId::new(67_084), name: "Codes" };
        let read =
            |fields| String::from_utf8(app.node(&Selection::parse(fields).unwrap()).to_json()).unwrap();
        expect![[r#"{"link":"https://www.facebook.com/games/?app_id=67084","name":"Codes","id":"67084"}"#]]
            .assert_eq(&read(None));
        expect![[r#"{"name":"Codes","id":"67084"}"#]].assert_eq(&read(Some("name")));
    }
}
