//! Contacts and change requests, asked for as browsers of both sides do.
