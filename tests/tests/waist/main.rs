//! The twins in memory, held to the real thing.
//!
//! Every scenario runs twice: against the twin in memory that all other tests use, and, through the same code,
//! against an AWS emulator. What holds in one and not in the other fails here.

#[cfg(test)]
mod emulator;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod object_twins;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod posts;
#[cfg(test)]
mod table;
#[cfg(test)]
mod twins;

/// Makes two tests of each scenario.
#[cfg(test)]
#[macro_export]
macro_rules! scenarios {
    ($in_memory:expr, $open:expr, [$($rule:ident),* $(,)?]) => {
        mod in_memory {
            use super::*;

            $(
                #[tokio::test]
                async fn $rule() {
                    super::$rule(&$in_memory()).await;
                }
            )*
        }

        mod emulated {
            use super::*;

            $(
                #[tokio::test]
                async fn $rule() {
                    let emulator = $crate::emulator::Emulator::reach();
                    super::$rule(&$open(&emulator.portal())).await;
                }
            )*
        }
    };
}
