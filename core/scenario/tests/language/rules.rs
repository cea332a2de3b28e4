//! Every section has its rules, and quotes the one that is broken.

use expect_test::expect;
use scenario::Scenario;

use crate::mistakes::{RIGHT, check, check_section};

#[test]
fn traffic_has_rules() {
    let with = |phases: &str| RIGHT.replace(r#"[{ for = "10s", rate = "50/s" }]"#, phases);
    check(
        &with("[]"),
        &expect![[r#"
        line 4: `traffic.phases` is 0 phases, but must be a list of 1 to 1,000 phases
    "#]],
    );
    check(
        &with("[{}]"),
        &expect![[r#"
        line 4: `traffic.phases[1].for` is missing, but must be a span from 1us to 24h, such as "1.5s"
        line 4: `traffic.phases[1].rate` is missing, but must be 1 to 100 rates up to 1,000,000/s, such as "50/s" or "50/s -> 1000/s"
    "#]],
    );
    check(
        &with(r#"[{ for = "0s", rate = "50/s -> " }]"#),
        &expect![[r#"
        line 4: `traffic.phases[1].for` is "0s", but must be a span from 1us to 24h, such as "1.5s"
        line 4: `traffic.phases[1].rate` is "50/s -> ", but must be 1 to 100 rates up to 1,000,000/s, such as "50/s" or "50/s -> 1000/s"
    "#]],
    );
    check(
        &with(r#"[{ for = "25h", rate = "1000001/s", name = "" }]"#),
        &expect![[r#"
        line 4: `traffic.phases[1].name` is "", but must be one line of 1 to 60 letters
        line 4: `traffic.phases[1].for` is "25h", but must be a span from 1us to 24h, such as "1.5s"
        line 4: `traffic.phases[1].rate` is "1000001/s", but must be 1 to 100 rates up to 1,000,000/s, such as "50/s" or "50/s -> 1000/s"
    "#]],
    );
    check(
        &with(r#"[{ for = "10s", rate = "0/s" }]"#),
        &expect![[r#"
        line 4: `traffic.phases` is 0 arrivals in all, but must be 1 to 100 million arrivals
    "#]],
    );
    check(
        &with(r#"[{ for = "24h", rate = "2000/s" }]"#),
        &expect![[r#"
        line 4: `traffic.phases` is 172,800,000 arrivals in all, but must be 1 to 100 million arrivals
    "#]],
    );
    check(
        &with(r#"[{ for = "24h", rate = "1000000/s" }]"#),
        &expect![[r#"
        line 4: `traffic.phases` is 86,400,000,000 arrivals in all, but must be 1 to 100 million arrivals
    "#]],
    );
}

#[test]
fn traffic_has_bounds() {
    let with = |phases: &str| RIGHT.replace(r#"[{ for = "10s", rate = "50/s" }]"#, phases);
    let phases = vec![r#"{ for = "1s", rate = "1/s" }"#; 1_001];
    check(
        &with(&format!("[{}]", phases.join(","))),
        &expect![[r#"
        line 4: `traffic.phases` is 1001 phases, but must be a list of 1 to 1,000 phases
    "#]],
    );
    let rates = vec!["1/s"; 101];
    check(
        &with(&format!(r#"[{{ for = "1s", rate = "{}" }}]"#, rates.join(" -> "))),
        &expect![[r#"
        line 4: `traffic.phases[1].rate` is "1/s -> 1/s -> 1/s -> 1/s -> 1/s -> 1/s -> 1/s -> 1/s -> 1/s …", but must be 1 to 100 rates up to 1,000,000/s, such as "50/s" or "50/s -> 1000/s"
    "#]],
    );
}

#[test]
fn recipients_have_rules() {
    check_section(
        "[recipients]\ncount = 0\nnot-on-whatsapp = \"60 %\"\nblocked = \"41%\"\n",
        &expect![[r#"
        line 6: `recipients.count` is 0, but must be a whole number from 1 to 100,000,000
        line 8: `recipients.blocked` is 41 %, but must be at most what `not-on-whatsapp`, 60 %, leaves of 100 %
    "#]],
    );
    check_section(
        "[recipients.countries]\nXX = \"50 %\"\nUS = 50\n",
        &expect![[r#"
        line 6: `recipients.countries.XX` is not a country known here, but must be one of AE, AR, BR, CA, CO, DE, EG, ES, FR, GB, ID, IL, IN, IT, KE, MX, MY, NG, NL, PK, SA, TR, US, ZA
        line 7: `recipients.countries.US` is 50, but must be a share from 0 % to 100 %, such as "2.5 %"
    "#]],
    );
    check_section(
        "[recipients.devices]\nios = \"99.9 %\"\nnokia = \"0.1 %\"\n",
        &expect![[r#"
        line 5: `recipients.devices` is 99.9 % in all, but must be shares that add up to 100 %
        line 7: `recipients.devices.nokia` is an unknown key, but must be one of `android-with-app`, `android`, `ios`
    "#]],
    );
    check_section(
        "[recipients]\noffline = { share = \"101 %\" }\n",
        &expect![[r#"
        line 6: `recipients.offline.share` is "101 %", but must be a share from 0 % to 100 %, such as "2.5 %"
        line 6: `recipients.offline.back-after` is missing, but must be a table
    "#]],
    );
    check_section(
        "[recipients]\noffline = { share = \"4 %\", back-after = { median = \"1h\", p99 = \"3min\" } }\n",
        &expect![[r#"
            line 6: `recipients.offline.back-after.p99` is 3min, but must be at least the median, 1h
        "#]],
    );
}

#[test]
fn nobody_asks_again_while_their_last_code_may_still_come() {
    check_section(
        "[recipients]\ncount = 3_499\n",
        &expect![[r#"
        line 6: `recipients.count` is 3,499, but must be at least 3,500, the highest rate × (`target.timeout` + `template.ttl`): nobody may ask again while their last code can still come
    "#]],
    );
    check_section(
        "[recipients]\ncount = 3_500\n",
        &expect![[r#"
        no mistake
    "#]],
    );
    check_section(
        "[recipients]\ncount = 1_600\n[template]\nttl = \"30s\"\n[target]\ntimeout = \"2s\"\n",
        &expect![[r#"
            no mistake
        "#]],
    );
    let strangers = RIGHT.replace("\"50/s\"", "\"50/s\", arrivals = \"poisson\"");
    check(
        &format!("{strangers}[recipients]\ncount = 3_500\n"),
        &expect![[r#"
        line 6: `recipients.count` is 3,500, but must be at least 3,860, the highest rate × (`target.timeout` + `template.ttl`): nobody may ask again while their last code can still come
    "#]],
    );
}

#[test]
fn templates_have_rules() {
    check_section(
        "[template]\nname = \"Login\"\nlanguage = \"english\"\nbutton = \"no-tap\"\nsecurity-line = \"yes\"\n",
        &expect![[r#"
            line 6: `template.name` is "Login", but must be 1 to 512 lower-case letters, digits and underscores
            line 7: `template.language` is "english", but must be one of Meta's languages, such as "en_US" or "de"
            line 8: `template.button` is "no-tap", but must be `copy-code`, `one-tap` or `zero-tap`
            line 9: `template.security-line` is "yes", but must be true or false
        "#]],
    );
    check_section(
        "[template]\ncode-expires-in = \"90s\"\nttl = \"30.5s\"\n",
        &expect![[r#"
        line 6: `template.code-expires-in` is "90s", but must be whole minutes from 1min to 90min, such as "1min"
        line 7: `template.ttl` is "30.5s", but must be whole seconds from 30s to 15min, such as "30s"
    "#]],
    );
    check_section(
        "[template]\ncode-expires-in = \"91min\"\nttl = \"16min\"\n",
        &expect![[r#"
        line 6: `template.code-expires-in` is "91min", but must be whole minutes from 1min to 90min, such as "1min"
        line 7: `template.ttl` is "16min", but must be whole seconds from 30s to 15min, such as "30s"
    "#]],
    );
    check_section(
        "[template]\ncode-expires-in = \"5min\"\nttl = \"301s\"\n",
        &expect![[r#"
        line 7: `template.ttl` is 301s, but must be at most `code-expires-in`, 5min: a code must not arrive after it has expired
    "#]],
    );
}

#[test]
fn a_language_whose_words_nobody_knows_is_warned_of() {
    let told = |language: &str| {
        let text = format!("{RIGHT}[template]\nlanguage = \"{language}\"\n");
        let warnings = Scenario::parse("test", &text).unwrap().warnings;
        warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    expect!["line 6: `template.language` is fr, but Meta's words in it are not known: English is used"]
        .assert_eq(&told("fr"));
    assert_eq!(told("en_GB") + &told("es_ES"), "");
}

#[test]
fn meta_has_rules() {
    check_section(
        "[meta.review]\noutcome = \"approved\"\nreason = \"SCAM\"\n",
        &expect![[r#"
        line 7: `meta.review.reason` is "SCAM", but must be left out unless `outcome` is "rejected"
    "#]],
    );
    check_section(
        "[meta.review]\noutcome = \"rejected\"\nreason = \"BORING\"\ntakes = \"2 days\"\n",
        &expect![[r#"
            line 7: `meta.review.reason` is "BORING", but must be `ABUSIVE_CONTENT`, `INCORRECT_CATEGORY`, `INVALID_FORMAT`, `PROMOTIONAL`, `SCAM` or `TAG_CONTENT_MISMATCH`
            line 8: `meta.review.takes` is "2 days", but must be a span from 0s to 24h, such as "1.5s"
        "#]],
    );
    check_section(
        "[meta]\nread = { share = \"50 %\" }\nsent = { median = \"0s\", p99 = \"1s\" }\n",
        &expect![[r#"
            line 6: `meta.read.median` is missing, but must be a span from 1us to 24h, such as "1.5s"
            line 6: `meta.read.p99` is missing, but must be a span from 1us to 24h, such as "1.5s"
            line 7: `meta.sent.median` is "0s", but must be a span from 1us to 24h, such as "1.5s"
        "#]],
    );
    check_section(
        "[meta.limits]\nthroughput = \"0.5/s\"\npair-burst = 0\npair-interval = \"0s\"\n",
        &expect![[r#"
            line 6: `meta.limits.throughput` is "0.5/s", but must be 1/s to 1,000,000/s, in whole messages
            line 7: `meta.limits.pair-burst` is 0, but must be a whole number from 1 to 100,000
            line 8: `meta.limits.pair-interval` is "0s", but must be a span from 1ms to 24h, such as "1.5s"
        "#]],
    );
    check_section(
        "[meta.numbers]\nyellow-at = 5\nred-at = 4\nsignal-counts-for = \"0s\"\n",
        &expect![[r#"
            line 6: `meta.numbers.yellow-at` is 5, but must be at most `red-at`, 4
            line 8: `meta.numbers.signal-counts-for` is "0s", but must be a span from 1s to 720h, such as "1.5s"
        "#]],
    );
    check_section(
        "[meta.profile]\ntemplate-missing-status = 200\ncontacts-on-statuses = \"perhaps\"\ncolour = 1\n",
        &expect![[r#"
            line 6: `meta.profile.template-missing-status` is 200, but must be an HTTP status from 400 to 599
            line 7: `meta.profile.contacts-on-statuses` is "perhaps", but must be true or false
            line 8: `meta.profile.colour` is an unknown key, but must be one of `missing-token-status`, `app-throttled-status`, `throughput-status`, `template-missing-status`, `message-status`, `contacts-on-statuses`, `contacts-on-failed-statuses`, `user-ids-on-contacts`, `per-message-pricing`, `billable-on-pricing`, `legacy-subcodes`, `error-link`, `media-size-as-text`, `business-profile-nested`, `block-list-max`, `conversation-on-statuses`, `country-code`, `webhook-escaping`, `legacy-signature`, `messaging-limit-code`, `capability-limit`, `limits-on-quality-updates`, `blocked-recipient`, `app-calls`, `account-calls`, `account-calls-registered`, `account-throttled-code`, `account-throttled-status`, `all-response-headers`
        "#]],
    );
}

#[test]
fn a_fault_is_of_one_kind() {
    check_section(
        "[[meta.faults]]\nrefuse = { code = 1 }\noperation = \"message\"\n",
        &expect![[r#"
            line 7: `meta.faults[1].operation` is "message", but must be one of `any`, `node`, `access_token`, `activities`, `archive`, `assigned_users`, `attachments`, `block_users`, `client_whatsapp_business_accounts`, `conversation_analytics`, `deregister`, `events`, `marketing_messages`, `media`, `message_history`, `message_template_library`, `message_template_previews`, `message_templates`, `messages`, `migrate_message_templates`, `owned_whatsapp_business_accounts`, `phone_numbers`, `pricing_analytics`, `register`, `request_code`, `settings`, `subscribed_apps`, `subscriptions`, `template_analytics`, `unarchive`, `unpause`, `upsert_message_templates`, `verify_code`, `whatsapp_business_profile`
        "#]],
    );
    check_section(
        "[[meta.faults]]\nfrom = \"1s\"\n",
        &expect![[r#"
            line 5: `meta.faults[1]` is none of its kinds, but must be exactly one of `refuse`, `outage`, `fail`, `answer` and `webhooks`
        "#]],
    );
    check_section(
        "[[meta.faults]]\noutage = true\n[[meta.faults]]\noutage = true\nwebhooks = { drop = \"1 %\" }\n",
        &expect![[r#"
            line 7: `meta.faults[2]` is of several kinds, but must be exactly one of `refuse`, `outage`, `fail`, `answer` and `webhooks`
        "#]],
    );
    check_section(
        "[[meta.faults]]\noutage = false\nfor = \"0s\"\n",
        &expect![[r#"
        line 6: `meta.faults[1].outage` is false, but must be true, or left out
        line 7: `meta.faults[1].for` is "0s", but must be a span from 1ms to 24h, such as "1.5s"
    "#]],
    );
    check_section(
        "[[meta.faults]]\nrefuse = { code = 131026, share = \"x\" }\n",
        &expect![[r#"
            line 6: `meta.faults[1].refuse.code` is 131026, but must be one of 0, 1, 2, 3, 4, 10, 17, 33, 100, 104, 190, 200, 368, 803, 2200, 80007, 80008, 130429, 130497, 131000, 131005, 131008, 131009, 131016, 131021, 131030, 131031, 131037, 131048, 131051, 131055, 131056, 131057, 131059, 131062, 131063, 131064, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102, 135000, 139000, 139001, 139002, 139003, 139004, 139100, 139101, 139102, 139103, 1752041, 2388001, 2388012, 2388091, 2388093, 2388103, 2494100, 2593107, 2593108
            line 6: `meta.faults[1].refuse.share` is "x", but must be a share from 0 % to 100 %, such as "2.5 %"
        "#]],
    );
    check_section(
        "[[meta.faults]]\nwebhooks = {}\n",
        &expect![[r#"
            line 6: `meta.faults[1].webhooks` is without effect, but must be at least one of `drop`, `repeat`, `reorder`, `signature` and `delay`
        "#]],
    );
}

#[test]
fn users_have_rules() {
    check_section(
        "[users]\ntyping = { median = \"1s\" }\nwrong-code = 2\ngives-up = \"3\"\n",
        &expect![[r#"
        line 6: `users.typing.p99` is missing, but must be a span from 1us to 24h, such as "1.5s"
        line 7: `users.wrong-code` is 2, but must be a share from 0 % to 100 %, such as "2.5 %"
        line 8: `users.gives-up` is "3", but must be a share from 0 % to 100 %, such as "2.5 %"
    "#]],
    );
}

#[test]
fn targets_have_rules() {
    check_section(
        "[target]\nbase-url = \"http://example.com\"\ntimeout = \"1h\"\n",
        &expect![[r#"
        line 6: `target.base-url` is "http://example.com", but must be "http://" and a host of this machine with a port, such as "http://127.0.0.1:9000": load goes to loopback only (127.0.0.0/8, localhost, [::1])
        line 7: `target.timeout` is "1h", but must be a span from 1ms to 5min, such as "1.5s"
    "#]],
    );
    check_section(
        "[target.ask]\npath = \"otp\"\nbody = \"{{recipient}}\"\nmethod = \"DELETE\"\n",
        &expect![[r#"
            line 6: `target.ask.path` is "otp", but must be a path such as "/otp"
            line 8: `target.ask.method` is "DELETE", but must be `POST`, `PUT` or `GET`
        "#]],
    );
    check_section(
        "[target.ask]\npath = \"/otp\"\nbody = '{\"to\":{{recipient}'\n",
        &expect![[r#"
        line 7: `target.ask.body` is "{\"to\":{{recipient}", but must be JSON once it is filled in
    "#]],
    );
    check_section(
        "[target.ask]\npath = \"/otp\"\n",
        &expect![[r#"
        line 5: `target.ask` is without {{recipient}}, but must be a call that names it in path, headers or body
    "#]],
    );
    check_section(
        "[target.ask]\npath = \"/otp/{{recipient}}/{{code}}\"\n",
        &expect![[r#"
        line 6: `target.ask.path` is asking for {{code}}, but must be filled in from {{recipient}}, {{arrival}}
    "#]],
    );
    check_section(
        "[target.verify]\npath = \"/otp\"\nbody = '{\"to\":\"{{phone}}\"}'\n",
        &expect![[r#"
        line 7: `target.verify.body` is asking for {{phone}}, but must be filled in from {{code}}, {{recipient}}, {{arrival}}
    "#]],
    );
    check_section(
        "[target.verify]\npath = \"/otp/{{recipient}}\"\n",
        &expect![[r#"
        line 5: `target.verify` is without {{code}}, but must be a call that names it in path, headers or body
    "#]],
    );
    check_section(
        "[target.verify]\npath = \"/{{code}}\"\nheaders = { \"X Key\" = \"a\", X-Key = \"ü\" }\n",
        &expect![[r#"
            line 7: `target.verify.headers."X Key"` is not a header's name, but must be letters, digits and hyphens
            line 7: `target.verify.headers.X-Key` is "ü", but must be text in visible ASCII
        "#]],
    );
}

#[test]
fn a_webhook_belongs_to_a_target_of_ones_own() {
    check_section(
        "[target]\nbase-url = \"http://127.0.0.1:9000\"\nwebhook = { path = \"hook\", verify-token = \"\" }\n",
        &expect![[r#"
            line 7: `target.webhook.path` is "hook", but must be a path such as "/webhook"
            line 7: `target.webhook.verify-token` is "", but must be a text that is not empty
        "#]],
    );
    check_section(
        "[target]\nwebhook = { path = \"/hook\", verify-token = \"known\" }\n",
        &expect![[r#"
            line 6: `target.webhook` is without `base-url`, but must be left out: the example target registers its own
        "#]],
    );
}

#[test]
fn a_fault_that_begins_after_the_traffic_is_warned_of() {
    let faults =
        "[[meta.faults]]\noutage = true\nfrom = \"9s\"\n[[meta.faults]]\noutage = true\nfrom = \"24h\"\n";
    let scenario = Scenario::parse("test", &format!("{RIGHT}{faults}")).unwrap();
    let told: Vec<String> = scenario.warnings.iter().map(ToString::to_string).collect();
    expect!["line 10: `meta.faults[2].from` is 24h, but the traffic ends after 10s: only what is still under way can meet the fault"].assert_eq(&told.join("\n"));
}

#[test]
fn budgets_have_rules() {
    check_section(
        "[budgets]\naccepted = \"> 100 %\"\nread = \"< 0 %\"\ndelivery-p95 = \"< 0s\"\n",
        &expect![[r#"
            line 6: `budgets.accepted` is above 100 %, but must be a bar that some run can meet
            line 7: `budgets.read` is below 0 %, but must be a bar that some run can meet
            line 8: `budgets.delivery-p95` is below no time at all, but must be a bar that some run can meet
        "#]],
    );
    let just = "[budgets]\naccepted = \">= 100 %\"\nread = \"<= 0 %\"\n";
    assert!(Scenario::parse("test", &format!("{RIGHT}{just}")).is_ok());
    check_section(
        "[budgets]\ndelivered-within-5 = \">= 1 %\"\nspeed = \"< 5s\"\n",
        &expect![[r#"
        line 6: `budgets.delivered-within-5` is not a measure, but must be `accepted`, `delivered`, `read`, `verified`, `delivered-within-` and a span, or `answer-`, `acceptance-`, `delivery-` or `verification-` and p50, p90, p95, p99 or p99.9
        line 7: `budgets.speed` is not a measure, but must be `accepted`, `delivered`, `read`, `verified`, `delivered-within-` and a span, or `answer-`, `acceptance-`, `delivery-` or `verification-` and p50, p90, p95, p99 or p99.9
    "#]],
    );
    check_section(
        "[budgets]\nverified = \"95 %\"\naccepted = \">= 5s\"\nread = \">= 101 %\"\n",
        &expect![[r#"
            line 6: `budgets.verified` is "95 %", but must be a bar such as ">= 99.5 %"
            line 7: `budgets.accepted` is ">= 5s", but must be a bar such as ">= 99.5 %"
            line 8: `budgets.read` is ">= 101 %", but must be a bar such as ">= 99.5 %"
        "#]],
    );
    check_section(
        "[budgets]\ndelivery-p95 = \"== 5s\"\ndelivery-p99.9 = \"< 5s\"\nanswer-p75 = \"< 1s\"\n",
        &expect![[r#"
            line 6: `budgets.delivery-p95` is "== 5s", but must be a bar such as "< 5s" (a key with a dot in it needs quotes)
            line 7: `budgets.delivery-p99` is a table, but must be a bar such as "< 5s" (a key with a dot in it needs quotes)
            line 8: `budgets.answer-p75` is not a measure, but must be `accepted`, `delivered`, `read`, `verified`, `delivered-within-` and a span, or `answer-`, `acceptance-`, `delivery-` or `verification-` and p50, p90, p95, p99 or p99.9
        "#]],
    );
}
