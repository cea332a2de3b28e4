//! Tenants come, go and stay apart; callbacks hear only after they have proved themselves.

use std::collections::BTreeSet;

use cloud_api::handshake::Challenge;
use cloud_api::subscription::{AppCallback, CallbackUrl, WebhookField};
use cloud_api::{AppId, GraphVersion, PhoneNumberId, VerifiedCallback, WabaId};
use cloud_sim::{Directory, Founding, PARTS_MAX, Tenant, TenantError, Undeclared};
use expect_test::expect;
use proptest::prelude::*;
use scenario::{AccountPlan, Mode, NumberPlan, Seed, TenantPlan, Tenants, TokenPlan, UnknownTemplates};

const FOUNDING: Founding = Founding { seed: Seed::new(7), now_unix: 1_750_000_000 };

fn easy() -> Directory {
    let mode = Mode::Easy { templates: UnknownTemplates::Refused };
    let tenants = Tenants { mode, ..Tenants::only(Tenant::sample().into()) };
    Directory::declared(&tenants, FOUNDING).expect("the tenants differ")
}

#[test]
fn a_tenant_that_says_nothing_gets_one_of_everything() {
    let mut directory = Directory::default();
    let made = |directory: &mut Directory| directory.create_tenant(&TenantPlan::default(), FOUNDING).unwrap();
    let (first, second) = (made(&mut directory), made(&mut directory));
    assert_ne!(first, second);
    for portfolio in [first, second] {
        assert_eq!(directory.apps_of(portfolio).count(), 1);
        let accounts: Vec<WabaId> = directory.accounts_of(portfolio).map(|account| account.id).collect();
        assert_eq!(accounts.len(), 1);
        assert_eq!(directory.numbers_of(accounts[0]).count(), 1);
        let tokens = directory.tokens_of(portfolio);
        assert!(tokens.len() == 1 && tokens[0].text.expose().starts_with("EAA"));
        let caller = directory.authenticate(Some(tokens[0].text.expose()), FOUNDING.now_unix).unwrap();
        assert!(caller.sees(portfolio, accounts[0]));
    }
    let mut again = Directory::default();
    assert_eq!(
        (made(&mut again), made(&mut again)),
        (first, second),
        "what is made up follows from the seed"
    );
}

fn with_numbers(count: usize) -> TenantPlan {
    let account = AccountPlan { numbers: vec![NumberPlan::default(); count], ..AccountPlan::default() };
    TenantPlan { accounts: vec![account], ..TenantPlan::default() }
}

#[test]
fn a_tenant_of_more_than_a_thousand_parts_is_not_created_at_all() {
    let mut directory = Directory::default();
    // Besides there are an app, the account and a token.
    assert!(directory.create_tenant(&with_numbers(997), FOUNDING).is_ok());
    assert_eq!(directory.numbers().len(), 997);
    let refused = directory.create_tenant(&with_numbers(998), FOUNDING).unwrap_err();
    assert_eq!(refused, TenantError::TooLarge { found: PARTS_MAX + 1 });
    let tokens = vec![TokenPlan::default(); 400_000];
    let refused = directory.create_tenant(&TenantPlan { tokens, ..TenantPlan::default() }, FOUNDING);
    assert_eq!(refused.unwrap_err(), TenantError::TooLarge { found: 400_003 });
    let tenants = Tenants { plans: vec![with_numbers(300_000)], ..Tenants::default() };
    let refused = Directory::declared(&tenants, FOUNDING).unwrap_err();
    expect!["the tenant has 300003 apps, accounts, phone numbers and tokens, but must have 1000 at most"]
        .assert_eq(&refused.to_string());
    assert_eq!((directory.numbers().len(), directory.portfolios().len()), (997, 1));
}

#[test]
fn a_deleted_tenant_leaves_nothing_behind() {
    let mut directory = Directory::of(Tenant::sample());
    let portfolio = directory.create_tenant(&TenantPlan::default(), FOUNDING).unwrap();
    let account = directory.accounts_of(portfolio).next().unwrap().id;
    let app = directory.apps_of(portfolio).next().unwrap().id;
    let token = directory.tokens_of(portfolio)[0].text.clone();
    directory.subscribe(account, app, None);
    assert!(directory.delete_tenant(portfolio));
    assert!(!directory.delete_tenant(portfolio));
    assert!(directory.authenticate(Some(token.expose()), 0).is_err());
    assert!(directory.account(account).is_none() && directory.app(app).is_none());
    assert!(directory.subscribed(account).is_empty() && directory.numbers().len() == 1);
}

#[test]
fn a_tenant_that_claims_what_is_taken_is_not_created_at_all() {
    let mut directory = Directory::of(Tenant::sample());
    let before = format!("{directory:?}");
    let plan: TenantPlan = Tenant { app: AppId::new(5), ..Tenant::sample() }.into();
    let plan = TenantPlan { portfolio: None, ..plan };
    let refused = directory.create_tenant(&plan, FOUNDING).unwrap_err();
    assert!(matches!(refused, TenantError::IdTaken { what: "account", .. }), "{refused}");
    assert_eq!(format!("{directory:?}"), before);
}

#[test]
fn in_easy_mode_the_unknown_comes_into_being_and_fits_together() {
    let mut directory = easy();
    let (number, account) = (PhoneNumberId::new(901), WabaId::new(902));
    for thing in [
        Undeclared::Token("anything"),
        Undeclared::Number(number),
        Undeclared::Account(account),
        Undeclared::Token("903|a secret"),
    ] {
        assert!(directory.is_undeclared(&thing));
        directory.take_on(&thing, None, FOUNDING);
        assert!(!directory.is_undeclared(&thing));
    }
    let caller = directory.authenticate(Some("anything"), FOUNDING.now_unix).unwrap();
    assert_eq!(directory.number(number).unwrap().account, account, "the account takes the number over");
    assert!(caller.sees(directory.account(account).unwrap().portfolio, account));
    assert!(directory.subscribed(account).iter().any(|subscribed| subscribed.app == AppId::new(903)));
    assert!(directory.authenticate(Some("903|a secret"), 0).unwrap().token.is_none());
    assert!(directory.authenticate(Some("903|another"), 0).is_err());
}

#[test]
fn in_easy_mode_a_declared_app_hears_of_the_accounts_of_its_portfolio_and_in_strict_mode_not_yet() {
    let heard = |mode: &str| {
        let text =
            format!("mode = \"{mode}\"\n[[tenants]]\napps = [{{ id = 1 }}]\naccounts = [{{ id = 2 }}]\n");
        let tenants = Tenants::parse(&text).expect("the test declares them rightly");
        let directory = Directory::declared(&tenants, FOUNDING).expect("the ids differ");
        directory.subscribed(WabaId::new(2)).len()
    };
    assert_eq!((heard("easy"), heard("strict")), (1, 0));
}

/// One change of who hears of what, with small numbers for apps, accounts, phone numbers and places.
#[derive(Clone, Copy, Debug)]
enum Change {
    AppCallback { app: u64, place: u64, is_met: bool },
    Forget { app: u64 },
    Subscribe { app: u64, account: u64, place: Option<u64>, is_met: bool },
    Unsubscribe { app: u64, account: u64 },
    Number { app: u64, number: u64, place: Option<u64>, is_met: bool },
}

fn change() -> impl Strategy<Value = Change> {
    let (few, place) = (0..3_u64, 0..8_u64);
    prop_oneof![
        (few.clone(), place.clone(), any::<bool>()).prop_map(|(app, place, is_met)| Change::AppCallback {
            app,
            place,
            is_met
        }),
        few.clone().prop_map(|app| Change::Forget { app }),
        (few.clone(), few.clone(), proptest::option::of(place.clone()), any::<bool>())
            .prop_map(|(app, account, place, is_met)| Change::Subscribe { app, account, place, is_met }),
        (few.clone(), few.clone()).prop_map(|(app, account)| Change::Unsubscribe { app, account }),
        (few.clone(), few, proptest::option::of(place), any::<bool>())
            .prop_map(|(app, number, place, is_met)| Change::Number { app, number, place, is_met }),
    ]
}

/// Has a callback asked, as a server does: it is known afterwards only where it met the challenge.
fn asked(place: u64, is_met: bool, proved: &mut BTreeSet<u64>) -> Option<VerifiedCallback> {
    let url: CallbackUrl = format!("http://127.0.0.1/{place}").parse().expect("it is a URL");
    let body: &[u8] = if is_met { b"12345" } else { b"54321" };
    let judged = Challenge::new(12_345).judge(url, 200, body).ok();
    assert_eq!(judged.is_some(), is_met);
    proved.extend(is_met.then_some(place));
    judged
}

fn apply(directory: &mut Directory, change: Change, proved: &mut BTreeSet<u64>) {
    match change {
        Change::AppCallback { app, place, is_met } => {
            let Some(callback) = asked(place, is_met, proved) else { return };
            let fields = vec![WebhookField::Messages, WebhookField::AccountUpdate];
            let callback = AppCallback { callback, fields, version: GraphVersion::default() };
            directory.set_callback(AppId::new(10 + app), callback);
        }
        Change::Forget { app } => directory.remove_callback(AppId::new(10 + app), &[]),
        Change::Subscribe { app, account, place: Some(place), is_met } => {
            let Some(callback) = asked(place, is_met, proved) else { return };
            directory.subscribe(WabaId::new(20 + account), AppId::new(10 + app), Some(callback));
        }
        Change::Subscribe { app, account, place: None, .. } => {
            directory.subscribe(WabaId::new(20 + account), AppId::new(10 + app), None);
        }
        Change::Unsubscribe { app, account } => {
            directory.unsubscribe(WabaId::new(20 + account), AppId::new(10 + app));
        }
        Change::Number { app, number, place, is_met } => {
            let callback = match place {
                None => None,
                Some(place) => match asked(place, is_met, proved) {
                    Some(callback) => Some(callback),
                    None => return,
                },
            };
            directory.override_number_callback(
                PhoneNumberId::new(30 + number),
                AppId::new(10 + app),
                callback,
            );
        }
    }
}

fn three_of_everything() -> Directory {
    let each =
        |first: u64, of: fn(u64) -> String| (0..3).map(|nth| of(first + nth)).collect::<Vec<_>>().join(",");
    let apps = each(10, |id| format!("{{ id = {id} }}"));
    let accounts = each(20, |id| format!("{{ id = {id}, numbers = [{{ id = {} }}] }}", id + 10));
    let text = format!("[[tenants]]\napps = [{apps}]\naccounts = [{accounts}]\n");
    let tenants = Tenants::parse(&text).expect("the text is right");
    Directory::declared(&tenants, FOUNDING).expect("the ids differ")
}

proptest! {
    #[test]
    fn nothing_is_ever_sent_to_a_callback_that_has_not_passed_the_handshake(
        changes in proptest::collection::vec(change(), 0..40),
    ) {
        let mut directory = three_of_everything();
        let mut proved = BTreeSet::new();
        for change in changes {
            apply(&mut directory, change, &mut proved);
            for account in 0..3 {
                let (waba, number) = (WabaId::new(20 + account), PhoneNumberId::new(30 + account));
                for field in [WebhookField::Messages, WebhookField::AccountUpdate] {
                    for callback in directory.callbacks(waba, Some(number), field) {
                        let place = callback.url.as_str().rsplit('/').next().unwrap();
                        prop_assert!(proved.contains(&place.parse().unwrap()), "{callback:?}");
                        let of_app = directory.app_callback(callback.app.id).unwrap();
                        if field == WebhookField::AccountUpdate {
                            prop_assert_eq!(callback.url, of_app.callback.url());
                        }
                    }
                }
            }
        }
    }
}
