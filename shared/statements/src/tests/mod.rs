//! What happens to a contract's statements from the first response to the last payment.

mod life;
mod money;
mod world;
