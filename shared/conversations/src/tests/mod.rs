//! What people do with actions.
