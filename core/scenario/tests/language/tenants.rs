//! Tenants are declared in a file, and every mistake in it is told with its line.

use expect_test::{Expect, expect};
use scenario::{Expiry, Mode, Tenants, UnknownTemplates};

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let told = match Tenants::parse(text) {
        Ok(_) => "no mistake\n".to_owned(),
        Err(mistakes) => format!("{mistakes}\n"),
    };
    expected.assert_eq(&told);
}

const RIGHT: &str = r#"
mode = "strict"
webhook-hosts = ["hooks.example.org"]

[[tenants]]
name = "Jasper's Market"
portfolio = "506914307656634"

[[tenants.apps]]
id = "67084"
name = "Jasper's Codes"
secret = "app-secret"

[[tenants.accounts]]
id = 102290129340398

[[tenants.accounts.numbers]]
id = "106540352242922"
number = "+1 555 078 3881"

[[tenants.tokens]]
token = "EAAsystem"
app = "67084"
scopes = ["whatsapp_business_messaging"]
granular = [{ scope = "whatsapp_business_messaging", accounts = ["102290129340398"] }]
expires-after = "1440h"

[[tenants.tokens]]
token = "EAAold"
holder = "user"
expired-since = "1h"
read-only = true

[[tenants]]
"#;

#[test]
fn a_tenant_says_as_much_or_as_little_as_it_likes() {
    let tenants = Tenants::parse(RIGHT).unwrap();
    assert_eq!((tenants.mode, tenants.plans.len()), (Mode::Strict, 2));
    let tokens = &tenants.plans[0].tokens;
    assert!(matches!(tokens[0].expiry, Expiry::After(span) if span.secs() == 60 * 24 * 3_600));
    assert!(matches!(tokens[1].expiry, Expiry::Before(span) if span.secs() == 3_600));
    assert!(tokens[1].is_read_only && tokens[1].granular.is_empty());
    let easy = Tenants::parse("mode = \"easy\"\nunknown-templates = \"approved\"\n[[tenants]]").unwrap();
    assert_eq!(easy.mode, Mode::Easy { templates: UnknownTemplates::Approved });
}

#[test]
fn every_mistake_of_a_file_of_tenants_is_told_with_its_line() {
    check(
        r#"mode = "lax"
webhook-hosts = ["hooks.example.org", "https://hooks.example.org/"]
[[tenants]]
colour = "green"
[[tenants.apps]]
id = "six"
[[tenants.accounts]]
id = "7"
[[tenants.accounts.numbers]]
id = "7"
number = "12"
[[tenants.tokens]]
token = "EAA with spaces"
app = 8
scopes = ["whatsapp_business_messaging", "whatsapp"]
granular = [{ scope = "business_management", accounts = ["9"] }]
expires-after = "1h"
expired-since = "1h"
"#,
        &expect![[r#"
            line 1: `mode` is "lax", but must be `strict` or `easy`
            line 2: `webhook-hosts[2]` is "https://hooks.example.org/", but must be a host without scheme, port and path, such as "hooks.example.org"
            line 4: `tenants[1].colour` is an unknown key, but must be one of `portfolio`, `name`, `apps`, `accounts`, `tokens`
            line 6: `tenants[1].apps[1].id` is "six", but must be an id of 1 to 20 digits, such as "102290129340398"
            line 10: `tenants[1].accounts[1].numbers[1].id` is the same as another, but must be given only once in the file
            line 11: `tenants[1].accounts[1].numbers[1].number` is "12", but must be a phone number with its country code, such as "+1 555 078 3881"
            line 13: `tenants[1].tokens[1].token` is something else, but must be 1 to 500 letters and digits without spaces and `|`
            line 15: `tenants[1].tokens[1].scopes[2]` is "whatsapp", but must be one of `business_management`, `whatsapp_business_management`, `whatsapp_business_messaging`
            line 18: `tenants[1].tokens[1].expired-since` is 1h, but must be left out where `expires-after` is given
        "#]],
    );
    check(
        r#"[[tenants]]
apps = [{ id = "6" }]
accounts = [{ id = "7" }]
[[tenants.tokens]]
app = 8
granular = [{ scope = "business_management", accounts = ["9"] }, { scope = "business_management" }]
"#,
        &expect![[r#"
            line 5: `tenants[1].tokens[1].app` is 8, but must be the id of an app of this tenant
            line 6: `tenants[1].tokens[1].granular[1].accounts` is 9, but must be ids of accounts of this tenant
            line 6: `tenants[1].tokens[1].granular[2].accounts` is missing, but must be a list of which each is an id of 1 to 20 digits, such as "102290129340398"
        "#]],
    );
    check(
        "mode = \"strict\"\nunknown-templates = \"approved\"\n",
        &expect![[r#"
        line 1: `tenants` is missing, but must be one table [[tenants]] or more
        line 2: `unknown-templates` is "approved", but must be left out unless `mode` is "easy"
    "#]],
    );
}
