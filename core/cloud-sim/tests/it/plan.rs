//! What a scenario's template becomes at Meta.

use cloud_api::template::{TemplateFields, TemplateNode};
use cloud_sim::{Directory, Moment, Tenant, World, authentication_template};
use expect_test::{Expect, expect};
use scenario::Elapsed;

use crate::world::scenario;

/// Checks what Meta tells of the template that a section of the scenario plans.
#[track_caller]
fn check(template: &str, expected: &Expect) {
    let text = format!("seed = 1\ntraffic = {{ phases = [{{ for = \"1s\", rate = \"1/s\" }}] }}\n{template}");
    let scenario = scenario(&text);
    let world = World::of(&scenario, 1_750_000_000);
    let mut directory = Directory::of(Tenant::sample());
    let asked = authentication_template(&scenario.template).into();
    let mut moment = Moment::new(Elapsed::ZERO, &world);
    let created = directory.create_template(&mut moment, Tenant::sample().account, asked);
    let id = created.expect("a planned template keeps Meta's rules").id;
    let (_, template) = directory.template_by_id(id).expect("it was created");
    let node =
        serde_json::to_value(TemplateNode::new(&template.record, TemplateFields::all())).expect("it is JSON");
    let ttl = &node["message_send_ttl_seconds"];
    expected.assert_eq(&format!("{ttl}\n{:#}\n", node["components"]));
}

#[test]
fn blocks_become_the_components_of_meta_and_name_the_apps_that_are_filled_in() {
    check(
        r#"[template]
blocks = [
  { type = "authentication-body", authenticationBody = { addSecurityDisclaimer = true, expirationTime = 30, messageSendTtlSeconds = 86400 } },
  { type = "authentication-action", authenticationAction = { zeroTap = { zeroTapTermsAccepted = true, supportedApps = [
    { packageName = "com.example.one", signatureHash = "AAAAAAAAAAA" },
    { packageName = "com.example.two", signatureHash = "BBBBBBBBBBB" },
  ] } } },
]
"#,
        &expect![[r#"
            900
            [
              {
                "add_security_recommendation": true,
                "example": {
                  "body_text": [
                    [
                      "123456"
                    ]
                  ]
                },
                "text": "*{{1}}* is your verification code. For your security, do not share this code.",
                "type": "BODY"
              },
              {
                "code_expiration_minutes": 30,
                "text": "This code expires in 30 minutes.",
                "type": "FOOTER"
              },
              {
                "buttons": [
                  {
                    "example": [
                      "https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&cta_display_name=Autofill&package_name=com.example.one%2Ccom.example.two&signature_hash=AAAAAAAAAAA%2CBBBBBBBBBBB&code_expiration_minutes=30&code=otp123456"
                    ],
                    "text": "Copy code",
                    "type": "URL",
                    "url": "https://www.whatsapp.com/otp/code/?otp_type=ZERO_TAP&cta_display_name=Autofill&package_name=com.example.one%2Ccom.example.two&signature_hash=AAAAAAAAAAA%2CBBBBBBBBBBB&code_expiration_minutes=30&code=otp{{1}}"
                  }
                ],
                "type": "BUTTONS"
              }
            ]
        "#]],
    );
}

#[test]
fn one_tap_fills_in_the_sample_app_where_a_scenario_names_none() {
    check(
        "[template]\nbutton = \"one-tap\"\n",
        &expect![[r#"
        60
        [
          {
            "add_security_recommendation": true,
            "example": {
              "body_text": [
                [
                  "123456"
                ]
              ]
            },
            "text": "*{{1}}* is your verification code. For your security, do not share this code.",
            "type": "BODY"
          },
          {
            "buttons": [
              {
                "example": [
                  "https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Autofill&package_name=com.example.app&signature_hash=K8a%2FAINcGX7&code=otp123456"
                ],
                "text": "Copy code",
                "type": "URL",
                "url": "https://www.whatsapp.com/otp/code/?otp_type=ONE_TAP&cta_display_name=Autofill&package_name=com.example.app&signature_hash=K8a%2FAINcGX7&code=otp{{1}}"
              }
            ],
            "type": "BUTTONS"
          }
        ]
    "#]],
    );
}
