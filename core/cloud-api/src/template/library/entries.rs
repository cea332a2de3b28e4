//! What stands in the library.

use super::{LibraryButton, LibraryEntry};
use crate::template::ParameterType::{Address, Amount, Date, Number, Text};
use crate::template::{OtpType, TemplateCategory};

const AUTHENTICATION: LibraryEntry = LibraryEntry {
    id: 0,
    name: "",
    category: TemplateCategory::Authentication,
    topic: "IDENTITY_VERIFICATION",
    usecase: "",
    industries: &["E_COMMERCE", "FINANCIAL_SERVICES"],
    header: None,
    body: "",
    parameters: &[("123456", Text)],
    buttons: &[LibraryButton::Otp(OtpType::ZeroTap)],
    ttl_seconds: Some(900),
};

const UTILITY: LibraryEntry = LibraryEntry {
    category: TemplateCategory::Utility,
    topic: "ORDER_MANAGEMENT",
    industries: &["E_COMMERCE"],
    parameters: &[],
    buttons: &[],
    ttl_seconds: None,
    ..AUTHENTICATION
};

/// Every text, in the order in which a list shows them.
// Source: cloud-api.md 3.8 for `verify_transaction_1`, the topics, the industries and the use cases but
// those that verify; the texts of the six industries are those of "What are authentication messages, and
// how can they improve your business?", which has them as examples of messages with codes.
// Assumed: the names, topics and words of all others; the library has far more.
pub(super) const ENTRIES: &[LibraryEntry] = &[
    LibraryEntry {
        id: 7_000_000_000_000_001,
        name: "verify_transaction_1",
        usecase: "TRANSACTION_VERIFICATION",
        body: "Use code *{{1}}* to authorize your transaction.",
        ..AUTHENTICATION
    },
    LibraryEntry {
        id: 7_000_000_000_000_002,
        name: "verify_account_1",
        usecase: "ACCOUNT_VERIFICATION",
        body: "Use code *{{1}}* to verify your account.",
        buttons: &[LibraryButton::Otp(OtpType::CopyCode)],
        ..AUTHENTICATION
    },
    LibraryEntry {
        id: 7_000_000_000_000_003,
        name: "verify_order_1",
        usecase: "ORDER_VERIFICATION",
        body: "Use code *{{1}}* to confirm your order.",
        buttons: &[LibraryButton::Otp(OtpType::CopyCode)],
        ..AUTHENTICATION
    },
    LibraryEntry {
        id: 7_000_000_000_000_011,
        name: "ecommerce_purchase_code",
        usecase: "ORDER_CONFIRMATION",
        body: "Hi {{1}}, use code {{2}} to confirm your purchase of $500.",
        parameters: &[("Anna", Text), ("482913", Text)],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_012,
        name: "retail_pickup_code",
        usecase: "ORDER_PICK_UP",
        industries: &["RETAIL"],
        body: "Your order for in-store pickup at {{1}} is confirmed. Present code {{2}} at checkout.",
        parameters: &[("12 Main Street", Address), ("482913", Text)],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_013,
        name: "auto_service_appointment_code",
        topic: "ACCOUNT_UPDATE",
        usecase: "APPOINTMENT_CONFIRMATION",
        industries: &["AUTO"],
        body: "Confirm your service appointment for {{1}} at {{2}} by entering code {{3}}.",
        parameters: &[("12 May 2026", Date), ("10:30", Text), ("482913", Text)],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_014,
        name: "travel_booking_code",
        topic: "ACCOUNT_UPDATE",
        usecase: "IDENTITY_CONFIRMATION",
        industries: &["TRAVEL"],
        body: "Confirm your identity to view your booking details with code {{1}}.",
        parameters: &[("482913", Text)],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_015,
        name: "clinic_appointment_code",
        topic: "ACCOUNT_UPDATE",
        usecase: "APPOINTMENT_CONFIRMATION",
        industries: &["MEDICAL_CLINIC"],
        body: "Your appointment with Dr. {{1}} on {{2}} at {{3}} is confirmed. Verify with code {{4}}.",
        parameters: &[("Grey", Text), ("12 May 2026", Date), ("10:30", Text), ("482913", Text)],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_016,
        name: "beauty_booking_change_code",
        topic: "ACCOUNT_UPDATE",
        usecase: "APPOINTMENT_CHANGE",
        industries: &["BEAUTY"],
        body: "To confirm changes to your booking at {{1}}, please enter code {{2}}.",
        parameters: &[("Salon Bleu", Text), ("482913", Text)],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_021,
        name: "delivery_update_1",
        usecase: "DELIVERY_UPDATE",
        header: Some("Your order is on its way"),
        body: "Hi {{1}}, your order {{2}} will be delivered to {{3}} on {{4}}. Thank you for your patience.",
        parameters: &[("Anna", Text), ("1234", Number), ("12 Main Street", Address), ("12 May 2026", Date)],
        buttons: &[
            LibraryButton::Url { text: "Track order", url: "https://www.example.com/{{1}}" },
            LibraryButton::PhoneNumber { text: "Call us", phone_number: "+15550051310" },
        ],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_022,
        name: "payment_due_reminder_1",
        topic: "PAYMENTS",
        usecase: "PAYMENT_DUE_REMINDER",
        industries: &["FINANCIAL_SERVICES"],
        body: "Hi {{1}}, your payment of {{2}} is due on {{3}}. You can pay it in your account.",
        parameters: &[("Anna", Text), ("$12.50", Amount), ("12 May 2026", Date)],
        buttons: &[LibraryButton::Url { text: "Pay now", url: "https://www.example.com/" }],
        ..UTILITY
    },
    LibraryEntry {
        id: 7_000_000_000_000_023,
        name: "account_creation_confirmation_1",
        topic: "ACCOUNT_UPDATE",
        usecase: "ACCOUNT_CREATION_CONFIRMATION",
        industries: &["E_COMMERCE", "FINANCIAL_SERVICES"],
        body: "Hi {{1}}, your account was created. You can now log in to manage it.",
        parameters: &[("Anna", Text)],
        ..UTILITY
    },
];
