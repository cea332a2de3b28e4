//! The words of every refusal.

use expect_test::expect;

use super::check;
use crate::access::{Scope, Scopes};
use crate::refusal::{AccessRefusal, Refusal, Section, TemplateRefusal, Verb};

#[test]
fn errors_of_access_have_no_details() {
    check(
        &Refusal::MissingToken,
        expect![[r#"
            401 OAuthException 104
            An access token is required to request this resource."#]],
    );
    check(
        &Refusal::UnreadableToken,
        expect![[r#"
            401 OAuthException 190
            Invalid OAuth access token - Cannot parse access token"#]],
    );
    check(
        &Refusal::ExpiredToken { expired_at: 1_723_640_400, now: 1_723_726_800 },
        expect![[r#"
            401 OAuthException 190/463
            Error validating access token: Session has expired on Wednesday, 14-Aug-24 05:00:00 PST. The current time is Thursday, 15-Aug-24 05:00:00 PST."#]],
    );
    check(
        &Refusal::RevokedToken,
        expect![[r#"
            401 OAuthException 190/460
            Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons."#]],
    );
    check(
        &Refusal::AppLacksPermission,
        expect![[r#"
            403 OAuthException 10
            (#10) Application does not have permission for this action"#]],
    );
    check(
        &Refusal::SendNotPermitted,
        expect![[r#"
            403 OAuthException 200
            (#200) You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account"#]],
    );
    check(
        &AccessRefusal::AppTokenNeeded.into(),
        expect![[r#"
            400 OAuthException 15
            (#15) This method must be called with an app access_token."#]],
    );
    let any_of = Scopes::of(&[Scope::Management, Scope::Messaging]);
    check(
        &AccessRefusal::ScopeMissing { any_of }.into(),
        expect![[r#"
            403 OAuthException 200/1349176
            (#200) Requires whatsapp_business_management or whatsapp_business_messaging permission"#]],
    );
    check(
        &AccessRefusal::AccountNotPermitted { is_write: true }.into(),
        expect![[r#"
            403 OAuthException 200/1349174
            (#200) Your app doesn't have permission to modify this WhatsApp Business Account"#]],
    );
    check(
        &AccessRefusal::SecretProofWrong.into(),
        expect![[r#"
            400 GraphMethodException 100
            Invalid appsecret_proof provided in the API argument"#]],
    );
}

#[test]
fn errors_of_parameters_quote_what_was_given() {
    check(
        &Refusal::UnknownObject { verb: Verb::Post, id: "77".into() },
        expect![[r#"
            400 GraphMethodException 100/33
            Unsupported post request. Object with ID '77' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"#]],
    );
    check(
        &Refusal::UnknownPath { path: "/mesages".into() },
        expect![[r#"
            400 OAuthException 2500
            Unknown path components: /mesages"#]],
    );
    check(
        &Refusal::UnknownField { field: "colour".into(), node: "Node" },
        expect![[r#"
            400 OAuthException 100
            (#100) Tried accessing nonexisting field (colour) on node type (Node)"#]],
    );
    check(
        &Refusal::MissingParameter { name: "to".into() },
        expect![[r#"
            400 OAuthException 100
            (#100) The parameter to is required."#]],
    );
    check(
        &Refusal::ParameterNotOneOf {
            name: "messaging_product".into(),
            allowed: "WHATSAPP",
            found: "x".into(),
        },
        expect![[r#"
            400 OAuthException 100
            (#100) Param messaging_product must be one of {WHATSAPP} - got "x"."#]],
    );
    check(
        &Refusal::PayloadTooLarge { bytes_max: 1000 },
        expect![[r#"
            413 OAuthException 100
            (#100) The request body must be at most 1000 bytes long."#]],
    );
}

#[test]
fn errors_of_service_say_whether_they_are_transient() {
    check(
        &Refusal::CallbackVerificationFailed { status: Some(403), message: "Forbidden".into() },
        expect![[r#"
            400 OAuthException 2200
            (#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden"#]],
    );
    check(
        &Refusal::ApiUnknown,
        expect![[r#"
            400 OAuthException 1
            An unknown error occurred"#]],
    );
    check(
        &Refusal::ApiService,
        expect![[r#"
            503 OAuthException 2, transient
            Service temporarily unavailable"#]],
    );
    check(
        &Refusal::AppThrottled,
        expect![[r#"
            400 OAuthException 4/2446079, transient
            (#4) Application request limit reached"#]],
    );
    check(
        &Refusal::AccountThrottled,
        expect![[r#"
            400 OAuthException 80007
            (#80007) Rate limit issues"#]],
    );
}

#[test]
fn errors_of_messages_have_details() {
    check(
        &Refusal::TypeObjectMissing { kind: "text" },
        expect![[r#"
            400 OAuthException 100
            (#100) Invalid parameter
            Parameter 'text' is mandatory for type 'text'"#]],
    );
    check(
        &Refusal::ParameterValueInvalid,
        expect![[r#"
            400 OAuthException 131009
            (#131009) Parameter value is not valid
            Please check the parameters you have provided."#]],
    );
    check(
        &Refusal::PairRateReached,
        expect![[r#"
            400 OAuthException 131056
            (#131056) (Business Account, Consumer Account) pair rate limit hit
            Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time."#]],
    );
    check(
        &Refusal::SpamRateReached,
        expect![[r#"
            400 OAuthException 131048
            (#131048) Spam rate limit hit
            Message failed to send because there are restrictions on how many messages can be sent from this phone number. This may be because too many previous messages were blocked or flagged as spam."#]],
    );
    check(
        &Refusal::AccountLocked,
        expect![[r#"
            403 OAuthException 131031
            (#131031) Account has been locked
            Business Account locked"#]],
    );
    check(
        &Refusal::PaymentIssue,
        expect![[r#"
            400 OAuthException 131042
            (#131042) Business eligibility payment issue
            Message failed to send because there were one or more errors related to your payment method."#]],
    );
    check(
        &Refusal::Undeliverable,
        expect![[r#"
            400 OAuthException 131026
            (#131026) Message undeliverable
            Message Undeliverable."#]],
    );
}

#[test]
fn errors_of_senders_and_servers_have_details() {
    check(
        &Refusal::RecipientNotAllowed,
        expect![[r#"
            400 OAuthException 131030
            (#131030) Recipient phone number not in allowed list
            Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again."#]],
    );
    check(
        &Refusal::RecipientIsSender,
        expect![[r#"
            400 OAuthException 131021
            (#131021) Recipient cannot be sender
            Sender and recipient phone number is the same."#]],
    );
    check(
        &Refusal::MaintenanceMode,
        expect![[r#"
            500 OAuthException 131057
            (#131057) Account in maintenance mode
            Business Account is in maintenance mode"#]],
    );
    check(
        &Refusal::SomethingWentWrong,
        expect![[r#"
            500 OAuthException 131000
            (#131000) Something went wrong
            Message failed to send due to an unknown error."#]],
    );
    check(
        &Refusal::ServiceUnavailable,
        expect![[r#"
            500 OAuthException 131016
            (#131016) Service unavailable
            A service is temporarily unavailable."#]],
    );
    check(
        &Refusal::ServerUnavailable,
        expect![[r#"
            503 OAuthException 133004
            (#133004) Server Temporarily Unavailable
            Server is temporarily unavailable."#]],
    );
    check(
        &Refusal::AccountNotRegistered,
        expect![[r#"
            400 OAuthException 133010
            (#133010) Account not registered
            Account does not exist in Cloud API, please use /register API to create an account first"#]],
    );
}

#[test]
fn errors_of_sent_templates_say_what_does_not_fit() {
    check(
        &Refusal::ParameterCount { section: Section::Body, found: 0, expected: 1 },
        expect![[r#"
            400 OAuthException 132000
            (#132000) Number of parameters does not match the expected number of params
            body: number of localizable_params (0) does not match the expected number of params (1)"#]],
    );
    check(
        &Refusal::TemplateMissing { name: "login".into(), language: "en_US".into() },
        expect![[r#"
            404 OAuthException 132001
            (#132001) Template name does not exist in the translation
            template name (login) does not exist in en_US"#]],
    );
    check(
        &Refusal::TranslatedTextTooLong,
        expect![[r#"
            400 OAuthException 132005
            (#132005) Translated text too long
            Translated text is too long."#]],
    );
    check(
        &Refusal::ParameterFormat { section: Section::Body },
        expect![[r#"
            400 OAuthException 132012
            (#132012) Parameter format does not match format in the created template
            body: named parameters given, positional parameters expected"#]],
    );
    check(
        &Refusal::TemplatePaused,
        expect![[r#"
            400 OAuthException 132015
            (#132015) Template is Paused
            Template is paused due to low quality so it cannot be sent in a template message."#]],
    );
    check(
        &Refusal::TemplateDisabled,
        expect![[r#"
            400 OAuthException 132016
            (#132016) Template is Disabled
            Template has been paused too many times due to low quality and is now permanently disabled."#]],
    );
    check(
        &Refusal::ButtonOfOtherType { index: 0, expected: "Url" },
        expect![[r#"
            400 OAuthException 132018
            (#132018) There's an issue with the parameters in your template.
            buttons: Button at index 0 must be of type Url"#]],
    );
    check(
        &Refusal::CodeTooLong { section: Section::Button },
        expect![[r#"
            400 OAuthException 132018
            (#132018) There's an issue with the parameters in your template.
            buttons: authentication code must be at most 15 characters long"#]],
    );
}

#[test]
fn errors_of_managed_templates_speak_to_users() {
    let language = "en_US".parse().unwrap();
    check(
        &TemplateRefusal::AlreadyExists { language }.into(),
        expect![[r#"
            400 OAuthException 100/2388024, not transient
            Invalid parameter
            Content in This Language Already Exists
            There is already English (US) content for this template. You can create a new template and try again."#]],
    );
    check(
        &TemplateRefusal::BeingDeleted { language }.into(),
        expect![[r#"
            400 OAuthException 100/2388023, not transient
            Invalid parameter
            Message Template Language Is Being Deleted
            New English (US) content can't be added while the existing English (US) content is being deleted. Try again in 4 weeks or create a new template."#]],
    );
    check(
        &TemplateRefusal::LimitExceeded.into(),
        expect![[r#"
            400 OAuthException 100/2388019, not transient
            Invalid parameter
            Template Limit Exceeded
            You have reached the limit of message templates for this account."#]],
    );
    check(
        &TemplateRefusal::TooLong { field: "text", length_max: 25 }.into(),
        expect![[r#"
            400 OAuthException 100/2388040, not transient
            Invalid parameter
            Character Limit Exceeded
            text can have at most 25 characters."#]],
    );
    check(
        &TemplateRefusal::LanguageNotSupported { found: "en-US".into() }.into(),
        expect![[r#"
            400 OAuthException 100/2388049, not transient
            Invalid parameter
            Language Not Supported
            The language en-US is not supported."#]],
    );
    check(
        &TemplateRefusal::NotFound { name: "login".into() }.into(),
        expect![[r#"
            400 OAuthException 100, not transient
            Invalid parameter
            Message Template Not Found
            There is no message template login."#]],
    );
    check(
        &TemplateRefusal::NotEditable.into(),
        expect![[r#"
            400 OAuthException 100, not transient
            Invalid parameter
            Message Template Can't Be Edited
            Only approved, rejected or paused message templates can be edited."#]],
    );
}
