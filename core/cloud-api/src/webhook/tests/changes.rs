//! News of templates, phone numbers and accounts.

use expect_test::{Expect, expect};

use super::{check_body, sender};
use crate::account::word::{BanState, Restriction, ReviewDecision, Tier};
use crate::account::{ExceptionCountry, InternationalEligibility};
use crate::analytics::PricingWord;
use crate::id::{AppId, BusinessId, PhoneNumberId, TemplateId};
use crate::profile::{Facts, LimitForm};
use crate::template::{QualityScore, RejectedReason, TemplateCategory};
use crate::webhook::account::{
    AccountEvent, AlertEntity, AlertSeverity, AlertStatus, AlertType, AlertUpdate, BanInfo, CapabilityUpdate,
    NameUpdate, NumberQualityEvent, NumberQualityUpdate, PartnerInfo, Preference, PreferenceUpdate,
    RestrictionInfo, ReviewUpdate, SecurityEvent, SecurityUpdate, SettingsUpdate, ViolationInfo,
    VolumeTierInfo,
};
use crate::webhook::template::{ButtonUpdate, CategoryStep, CategoryUpdate, ComponentsUpdate, QualityUpdate};
use crate::webhook::{AccountChange, TemplateEvent, TemplateKey, TemplateUpdate, Webhook, WebhookBody};

/// Checks the field and the value of a webhook.
#[track_caller]
fn check(change: &AccountChange, expected: Expect) {
    let body = WebhookBody::change(sender().waba, 1_739_321_024, &Facts::default(), change);
    let head = r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","time":1739321024,"changes":[{"value":"#;
    let text = String::from_utf8(body).unwrap();
    let value = text.strip_prefix(head).unwrap().strip_suffix(r#""}]}]}"#).unwrap();
    let (value, field) = value.rsplit_once(r#","field":""#).unwrap();
    assert_eq!(field, change.field().name());
    expected.assert_eq(&format!("{field} {value}"));
}

fn template() -> TemplateKey {
    TemplateKey {
        id: TemplateId::new(1_689_556_908_129_832),
        name: "login".parse().unwrap(),
        language: "en_US".parse().unwrap(),
    }
}

fn status(event: TemplateEvent) -> AccountChange {
    AccountChange::TemplateStatus(TemplateUpdate {
        event,
        template: template(),
        category: TemplateCategory::Authentication,
    })
}

#[test]
fn news_of_a_template_is_read_back_whole() {
    let change = status(TemplateEvent::Rejected { reason: RejectedReason::InvalidFormat });
    let body = WebhookBody::change(sender().waba, 1_739_321_024, &Facts::default(), &change);
    check_body(
        &body,
        expect![[
            r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","time":1739321024,"changes":[{"value":{"event":"REJECTED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"INVALID_FORMAT","message_template_category":"AUTHENTICATION","rejection_info":{"reason":"INVALID_FORMAT","recommendation":"Edit the template and submit it again."}},"field":"message_template_status_update"}]}]}"#
        ]],
    );
    let heard = Webhook::parse(&body).unwrap().templates.remove(0);
    assert_eq!((heard.event.as_str(), heard.id, heard.name.as_str()), ("REJECTED", template().id, "login"));
    assert_eq!((heard.language.as_str(), heard.reason.as_deref()), ("en_US", Some("INVALID_FORMAT")));
}

#[test]
fn the_status_of_a_template_has_what_its_event_brings() {
    check(
        &status(TemplateEvent::Approved),
        expect![[
            r#"message_template_status_update {"event":"APPROVED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION"}"#
        ]],
    );
    check(
        &status(TemplateEvent::Rejected { reason: RejectedReason::Promotional }),
        expect![[
            r#"message_template_status_update {"event":"REJECTED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"PROMOTIONAL","message_template_category":"AUTHENTICATION","rejection_info":{"reason":"PROMOTIONAL","recommendation":"Edit the template and submit it again."}}"#
        ]],
    );
    check(
        &status(TemplateEvent::PausedFirst),
        expect![[
            r#"message_template_status_update {"event":"PAUSED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION","other_info":{"title":"FIRST_PAUSE","description":"The template is paused for 3 hours."}}"#
        ]],
    );
    check(
        &status(TemplateEvent::PausedSecond),
        expect![[
            r#"message_template_status_update {"event":"PAUSED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION","other_info":{"title":"SECOND_PAUSE","description":"The template is paused for 6 hours."}}"#
        ]],
    );
    check(
        &status(TemplateEvent::PausedForRate),
        expect![[
            r#"message_template_status_update {"event":"PAUSED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION","other_info":{"title":"RATE_LIMITING_PAUSE","description":"The template is paused until its quality is known."}}"#
        ]],
    );
    check(
        &status(TemplateEvent::Unpaused),
        expect![[
            r#"message_template_status_update {"event":"APPROVED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION","other_info":{"title":"UNPAUSE","description":"The template can be sent again."}}"#
        ]],
    );
    check(
        &status(TemplateEvent::Disabled { at: 1_739_321_000 }),
        expect![[
            r#"message_template_status_update {"event":"DISABLED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION","disable_info":{"disable_date":1739321000},"other_info":{"title":"DISABLED","description":"The template is disabled."}}"#
        ]],
    );
    check(
        &status(TemplateEvent::LimitExceeded),
        expect![[
            r#"message_template_status_update {"event":"LIMIT_EXCEEDED","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","reason":"NONE","message_template_category":"AUTHENTICATION"}"#
        ]],
    );
}

#[test]
fn every_event_of_a_template_has_its_word() {
    use TemplateEvent as E;
    let events = [
        E::Approved,
        E::Archived,
        E::Unarchived,
        E::Deleted,
        E::Disabled { at: 1 },
        E::Flagged,
        E::InAppeal,
        E::LimitExceeded,
        E::Locked,
        E::PausedFirst,
        E::Pending,
        E::Reinstated,
        E::PendingDeletion,
        E::Rejected { reason: RejectedReason::Scam },
    ];
    let words: Vec<_> = events.into_iter().map(E::word).collect();
    expect!["APPROVED ARCHIVED UNARCHIVED DELETED DISABLED FLAGGED IN_APPEAL LIMIT_EXCEEDED LOCKED PAUSED PENDING REINSTATED PENDING_DELETION REJECTED"].assert_eq(&words.join(" "));
}

#[test]
fn the_quality_of_a_template_is_told_with_what_it_was() {
    let (previous, new) = (QualityScore::Green, QualityScore::Yellow);
    check(
        &AccountChange::TemplateQuality(QualityUpdate { template: template(), previous, new }),
        expect![[
            r#"message_template_quality_update {"previous_quality_score":"GREEN","new_quality_score":"YELLOW","message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US"}"#
        ]],
    );
}

#[test]
fn the_words_of_a_template_are_told_with_the_buttons_that_lead_somewhere() {
    let update = ComponentsUpdate {
        template: template(),
        title: Some("Hello".to_owned()),
        body: "Your code is {{1}}".to_owned(),
        footer: Some("Bye".to_owned()),
        buttons: vec![
            ButtonUpdate::Url { text: "Open".to_owned(), url: "https://example.com/".to_owned() },
            ButtonUpdate::PhoneNumber { text: "Call".to_owned(), phone_number: "+15550783881".to_owned() },
        ],
    };
    let bare = ComponentsUpdate { title: None, footer: None, buttons: Vec::new(), ..update.clone() };
    check(
        &AccountChange::TemplateComponents(update),
        expect![[
            r#"message_template_components_update {"message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","message_template_title":"Hello","message_template_element":"Your code is {{1}}","message_template_footer":"Bye","message_template_buttons":[{"message_template_button_type":"URL","message_template_button_text":"Open","message_template_button_url":"https:\/\/example.com\/"},{"message_template_button_type":"PHONE_NUMBER","message_template_button_text":"Call","message_template_button_phone_number":"+15550783881"}]}"#
        ]],
    );
    check(
        &AccountChange::TemplateComponents(bare),
        expect![[
            r#"message_template_components_update {"message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","message_template_element":"Your code is {{1}}"}"#
        ]],
    );
}

#[test]
fn the_move_to_another_category_is_announced_and_then_told() {
    use TemplateCategory::{Marketing, Utility};
    let change = |step| AccountChange::TemplateCategory(CategoryUpdate { template: template(), step });
    check(
        &change(CategoryStep::Upcoming { current: Utility, correct: Marketing, at: 1_746_169_200 }),
        expect![[
            r#"template_category_update {"message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","new_category":"UTILITY","correct_category":"MARKETING","category_update_timestamp":1746169200}"#
        ]],
    );
    check(
        &change(CategoryStep::Done { previous: Utility, new: Marketing }),
        expect![[
            r#"template_category_update {"message_template_id":1689556908129832,"message_template_name":"login","message_template_language":"en_US","previous_category":"UTILITY","new_category":"MARKETING"}"#
        ]],
    );
}

#[test]
fn how_a_phone_number_stands_is_told_with_its_limit() {
    let update = NumberQualityUpdate {
        number: sender().phone.number,
        event: NumberQualityEvent::ThroughputUpgrade,
        limit: Tier::Unlimited,
        old_limit: None,
    };
    check(
        &AccountChange::NumberQuality(update),
        expect![[
            r#"phone_number_quality_update {"display_phone_number":"15550783881","event":"THROUGHPUT_UPGRADE","current_limit":"TIER_UNLIMITED","max_daily_conversations_per_business":"TIER_UNLIMITED"}"#
        ]],
    );
    let (event, old_limit) = (NumberQualityEvent::Upgrade, Some(Tier::T250));
    check(
        &AccountChange::NumberQuality(NumberQualityUpdate { event, limit: Tier::T2K, old_limit, ..update }),
        expect![[
            r#"phone_number_quality_update {"display_phone_number":"15550783881","event":"UPGRADE","current_limit":"TIER_2K","old_limit":"TIER_250","max_daily_conversations_per_business":"TIER_2K"}"#
        ]],
    );
}

#[test]
fn a_display_name_is_approved_without_a_reason_and_refused_with_one() {
    let update = NameUpdate {
        number: sender().phone.number,
        decision: ReviewDecision::Approved,
        name: "Jasper's Market".to_owned(),
        rejection_reason: None,
    };
    check(
        &AccountChange::NumberName(update.clone()),
        expect![[
            r#"phone_number_name_update {"display_phone_number":"15550783881","decision":"APPROVED","requested_verified_name":"Jasper's Market","rejection_reason":null}"#
        ]],
    );
    let (decision, rejection_reason) = (ReviewDecision::Rejected, Some("NAME_EMPLOYEE_ISSUE".to_owned()));
    check(
        &AccountChange::NumberName(NameUpdate { decision, rejection_reason, ..update }),
        expect![[
            r#"phone_number_name_update {"display_phone_number":"15550783881","decision":"REJECTED","requested_verified_name":"Jasper's Market","rejection_reason":"NAME_EMPLOYEE_ISSUE"}"#
        ]],
    );
}

#[test]
fn a_business_without_a_limit_may_write_to_minus_one_person() {
    let update = CapabilityUpdate { limit: Tier::T2K, numbers_per_business: 2, numbers_per_account: 25 };
    check(
        &AccountChange::Capability(update),
        expect![[
            r#"business_capability_update {"max_daily_conversation_per_phone":2000,"max_daily_conversations_per_business":2000,"max_phone_numbers_per_business":2,"max_phone_numbers_per_waba":25}"#
        ]],
    );
    check(
        &AccountChange::Capability(CapabilityUpdate { limit: Tier::Unlimited, ..update }),
        expect![[
            r#"business_capability_update {"max_daily_conversation_per_phone":-1,"max_daily_conversations_per_business":-1,"max_phone_numbers_per_business":2,"max_phone_numbers_per_waba":25}"#
        ]],
    );
}

#[test]
fn what_metas_pages_disagree_on_is_told_by_the_facts() {
    let capability = CapabilityUpdate { limit: Tier::T2K, numbers_per_business: 2, numbers_per_account: 25 };
    let quality = NumberQualityUpdate {
        number: sender().phone.number,
        event: NumberQualityEvent::Upgrade,
        limit: Tier::T2K,
        old_limit: Some(Tier::T250),
    };
    let facts =
        Facts { capability_limit: LimitForm::Tier, limits_on_quality_updates: false, ..Facts::default() };
    let told = |change: &AccountChange| {
        let body = WebhookBody::change(sender().waba, 1, &facts, change);
        let mut body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        body["entry"][0]["changes"][0]["value"].take().to_string()
    };
    expect![[r#"{"max_daily_conversation_per_phone":2000,"max_daily_conversations_per_business":"TIER_2K","max_phone_numbers_per_business":2,"max_phone_numbers_per_waba":25}"#]].assert_eq(&told(&AccountChange::Capability(capability)));
    expect![[r#"{"display_phone_number":"15550783881","event":"UPGRADE","max_daily_conversations_per_business":"TIER_2K"}"#]].assert_eq(&told(&AccountChange::NumberQuality(quality)));
}

#[test]
fn every_event_of_an_account_is_told_in_metas_words() {
    let waba_info = PartnerInfo {
        waba_id: sender().waba,
        owner_business_id: BusinessId::new(506_914_307_656_634),
        partner_app_id: None,
    };
    let with_app = PartnerInfo { partner_app_id: Some(AppId::new(67_084)), ..waba_info };
    let restriction_type = Restriction::BizInitiatedMessaging;
    let tier = VolumeTierInfo {
        at: 1_763_000_000,
        category: PricingWord::Authentication,
        from: 25_000_001,
        to: Some(50_000_000),
        region: "India".to_owned(),
    };
    let eligibility = InternationalEligibility {
        start_time: 1_748_780_624,
        exception_countries: vec![ExceptionCountry {
            country_code: "ID".to_owned(),
            start_time: 1_751_347_424,
        }],
    };
    let events = [
        AccountEvent::AccountRestriction {
            restriction_info: vec![
                RestrictionInfo { restriction_type, expiration: Some(1_641_330_498) },
                RestrictionInfo { restriction_type: Restriction::AddPhoneNumberAction, expiration: None },
            ],
        },
        AccountEvent::AccountViolation {
            violation_info: ViolationInfo { violation_type: "SCAM".to_owned() },
        },
        AccountEvent::DisabledUpdate {
            ban_info: BanInfo { state: BanState::ScheduleForDisable, at: 1_744_848_000 },
        },
        AccountEvent::AccountDeleted,
        AccountEvent::AuthIntlPriceEligibilityUpdate { auth_international_rate_eligibility: eligibility },
        AccountEvent::VolumeBasedPricingTierUpdate { volume_tier_info: tier.clone() },
        AccountEvent::VolumeBasedPricingTierUpdate { volume_tier_info: VolumeTierInfo { to: None, ..tier } },
        AccountEvent::BusinessPrimaryLocationCountryUpdate { country: "DE".to_owned() },
        AccountEvent::PartnerAdded { waba_info },
        AccountEvent::PartnerRemoved { waba_info },
        AccountEvent::PartnerAppInstalled { waba_info: with_app },
        AccountEvent::PartnerAppUninstalled { waba_info: with_app },
    ];
    let values: Vec<_> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    expect![[r#"
        {"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1641330498},{"restriction_type":"RESTRICTED_ADD_PHONE_NUMBER_ACTION"}]}
        {"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"SCAM"}}
        {"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE","waba_ban_date":"April 17, 2025"}}
        {"event":"ACCOUNT_DELETED"}
        {"event":"AUTH_INTL_PRICE_ELIGIBILITY_UPDATE","auth_international_rate_eligibility":{"start_time":1748780624,"exception_countries":[{"country_code":"ID","start_time":1751347424}]}}
        {"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"tier_update_time":1763000000,"pricing_category":"AUTHENTICATION","tier":"25000001:50000000","effective_month":"2025-11","region":"India"}}
        {"event":"VOLUME_BASED_PRICING_TIER_UPDATE","volume_tier_info":{"tier_update_time":1763000000,"pricing_category":"AUTHENTICATION","tier":"25000001:MAX","effective_month":"2025-11","region":"India"}}
        {"event":"BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE","country":"DE"}
        {"event":"PARTNER_ADDED","waba_info":{"waba_id":"102290129340398","owner_business_id":"506914307656634"}}
        {"event":"PARTNER_REMOVED","waba_info":{"waba_id":"102290129340398","owner_business_id":"506914307656634"}}
        {"event":"PARTNER_APP_INSTALLED","waba_info":{"waba_id":"102290129340398","owner_business_id":"506914307656634","partner_app_id":"67084"}}
        {"event":"PARTNER_APP_UNINSTALLED","waba_info":{"waba_id":"102290129340398","owner_business_id":"506914307656634","partner_app_id":"67084"}}"#]].assert_eq(&values.join("\n"));
    check(
        &AccountChange::Account(AccountEvent::AccountDeleted),
        expect![[r#"account_update {"event":"ACCOUNT_DELETED"}"#]],
    );
}

#[test]
fn an_alert_names_whom_it_concerns() {
    let update = AlertUpdate {
        entity: AlertEntity::Business,
        entity_id: 506_914_307_656_634,
        severity: AlertSeverity::Informational,
        status: AlertStatus::None,
        kind: AlertType::CapabilitiesDeferred,
        description: "Send more messages to be looked at again.".to_owned(),
    };
    check(
        &AccountChange::Alert(update),
        expect![[
            r#"account_alerts {"entity_type":"BUSINESS","entity_id":"506914307656634","alert_info":{"alert_severity":"INFORMATIONAL","alert_status":"NONE","alert_type":"INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED","alert_description":"Send more messages to be looked at again."}}"#
        ]],
    );
}

#[test]
fn a_review_a_pin_and_new_settings_are_told() {
    check(
        &AccountChange::Review(ReviewUpdate { decision: ReviewDecision::Deferred }),
        expect![[r#"account_review_update {"decision":"DEFERRED"}"#]],
    );
    let number = sender().phone.number;
    let security = |event, requester| AccountChange::Security(SecurityUpdate { number, event, requester });
    check(
        &security(SecurityEvent::PinChanged, None),
        expect![[r#"security {"display_phone_number":"15550783881","event":"PIN_CHANGED"}"#]],
    );
    check(
        &security(SecurityEvent::PinResetRequest, Some(61_555_822_107_539)),
        expect![[
            r#"security {"display_phone_number":"15550783881","event":"PIN_RESET_REQUEST","requester":"61555822107539"}"#
        ]],
    );
    let settings = serde_json::json!({"user_identity_change": {"enable_identity_key_check": true}});
    let update = SettingsUpdate {
        number: PhoneNumberId::new(106_540_352_242_922),
        at: 1_739_321_024,
        settings: settings.as_object().unwrap().clone(),
    };
    check(
        &AccountChange::Settings(update),
        expect![[
            r#"account_settings_update {"messaging_product":"whatsapp","timestamp":"1739321024","type":"phone_number_settings","phone_number_settings":{"phone_number_id":"106540352242922","user_identity_change":{"enable_identity_key_check":true}}}"#
        ]],
    );
}

#[test]
fn a_person_stops_marketing_and_has_it_again() {
    let change = |preference| {
        AccountChange::Preference(PreferenceUpdate {
            phone: sender().phone,
            person: "16505551234".parse().unwrap(),
            preference,
            at: 1_731_705_721,
        })
    };
    check(
        &change(Preference::Stop),
        expect![[
            r#"user_preferences {"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"wa_id":"16505551234"}],"user_preferences":[{"wa_id":"16505551234","detail":"User requested to stop marketing messages","category":"marketing_messages","value":"stop","timestamp":1731705721}]}"#
        ]],
    );
    check(
        &change(Preference::Resume),
        expect![[
            r#"user_preferences {"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"contacts":[{"wa_id":"16505551234"}],"user_preferences":[{"wa_id":"16505551234","detail":"User requested to resume marketing messages","category":"marketing_messages","value":"resume","timestamp":1731705721}]}"#
        ]],
    );
}
