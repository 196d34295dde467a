//! Nothing but tests: what the portal asks of DynamoDB is counted here, apart from all else so that it is quickly built.
