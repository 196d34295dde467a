//! Paying for adult social care: what is owed to whom, and who may say so.
//!
//! Nothing here reads a clock, a network or a file. Every function is given what it needs and returns what
//! should happen.

pub mod account;
pub mod action;
pub mod actuals;
pub mod announcement;
pub mod api_key;
pub mod audit;
pub mod authorising;
pub mod care_package;
mod carrying;
mod causes;
pub mod change_request;
pub mod changes;
pub mod clock;
pub mod contract_document;
mod corrections;
pub mod deadlines;
mod directives;
pub mod entitlement;
mod entry;
pub mod facts;
pub mod failure;
pub mod feed;
pub mod formula;
pub mod ids;
pub mod invoice;
pub mod item;
mod manual;
pub mod money;
pub mod notice;
pub mod pace;
pub mod password;
pub mod payment_file;
pub mod period;
pub mod permission;
pub mod purchase_order;
pub mod record;
pub mod remittance;
pub mod remittance_note;
pub mod report;
pub mod schedule;
mod schema;
pub mod second_step;
pub mod sender;
pub mod setting_changes;
pub mod setting_names;
pub mod settings;
pub mod sign_in;
pub mod statement;
pub mod upload;
pub mod user;
pub mod vat;
pub mod webhook;
pub mod weeks;
pub mod working_days;
