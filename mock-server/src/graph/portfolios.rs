//! `/{business id}/owned_whatsapp_business_accounts` and its sibling: the accounts of a portfolio.

use cloud_api::account::{AccountField, AccountView, Node, Selection};
use cloud_api::paging::{Page, PageRequest};
use cloud_api::{BusinessId, Refusal, WabaId, query};
use cloud_sim::Need;

use super::operation::{Handle, Operation, Verb};
use super::paging::address;
use super::{Call, Graph};
use crate::http::Answer;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/{business-id}/owned_whatsapp_business_accounts",
        about: "list the accounts that a portfolio owns",
        source: "the OpenAPI file",
        handle: Handle::Edge(Graph::list_owned_accounts),
    },
    Operation {
        verb: Verb::Get,
        path: "/{business-id}/client_whatsapp_business_accounts",
        about: "list the accounts that others share with a portfolio",
        source: "the OpenAPI file",
        handle: Handle::Edge(Graph::list_client_accounts),
    },
];

/// What is told of each account unasked.
// Source: the OpenAPI file. Assumed: the namespace as well, as where one account is read.
const DEFAULT_FIELDS: &str = "id,name,currency,timezone_id,message_template_namespace";

impl Graph {
    fn list_owned_accounts(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        let owned = call.owned_accounts(call.own_portfolio(id)?)?;
        self.list_accounts(call, owned)
    }

    // Assumed: nobody shares an account with another portfolio.
    fn list_client_accounts(&self, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
        call.own_portfolio(id)?;
        self.list_accounts(call, Vec::new())
    }

    fn list_accounts(&self, call: &Call<'_>, mut accounts: Vec<WabaId>) -> Result<Answer, Refusal> {
        let (mut page, mut fields) = (PageRequest::default(), None);
        for (key, value) in query::pairs(call.request.query()) {
            match &*key {
                "fields" => fields = Some(value),
                "find" => accounts.retain(|account| account.to_string() == value),
                key => page.take(key, &value)?,
            }
        }
        let selection = Selection::<AccountField>::parse(Some(fields.as_deref().unwrap_or(DEFAULT_FIELDS)))?;
        let page = page.cut(&accounts, |name, cursor| address(call, name, cursor));
        let node = |account: &WabaId| {
            let show = |account: AccountView<'_>| account.node(&selection);
            call.directory.view_account(self.unix_now(), *account, call.app.id, show)
        };
        let data: Vec<Node> = page.data.iter().filter_map(node).collect();
        Ok(Answer::ok(&Page { data, paging: page.paging }))
    }
}

impl Call<'_> {
    /// The portfolio of this id, if it is the caller's own.
    fn own_portfolio(&self, id: &str) -> Result<BusinessId, Refusal> {
        let own = self.caller.token.map(|token| token.portfolio);
        let named = id.parse().ok().filter(|named| own == Some(*named));
        named.ok_or_else(|| self.unknown_object(id))
    }

    /// The accounts of a portfolio that the caller may look at.
    // Assumed: those that the token is not for are left out, and a token for none is refused.
    fn owned_accounts(&self, portfolio: BusinessId) -> Result<Vec<WabaId>, Refusal> {
        let all = self.directory.accounts_of(portfolio).map(|account| account.id);
        let seen: Vec<WabaId> = all.filter(|account| self.caller.sees(portfolio, *account)).collect();
        let may_see = |account: &WabaId| self.caller.may(Need::SEE, *account);
        let allowed: Vec<WabaId> = seen.iter().copied().filter(|account| may_see(account).is_ok()).collect();
        match seen.first() {
            Some(first) if allowed.is_empty() => may_see(first).map(|()| allowed),
            _ => Ok(allowed),
        }
    }
}
