//! What happens to a contract's statements from the first response to the last payment.

mod crash;
mod four_eyes;
mod invoices;
mod life;
mod money;
mod notes;
mod run;
mod world;
