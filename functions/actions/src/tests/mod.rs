//! What both sides see and do.
