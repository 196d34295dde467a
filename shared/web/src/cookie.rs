//! The session cookie. Its name makes browsers refuse it unless it is Secure and for this host alone.

use axum::http::header::{COOKIE, HeaderMap, HeaderValue};
use domain::sign_in::Token;

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "__Host-session";

/// The longest cookie value that is looked at; a token has 64 characters.
const TOKEN_LENGTH_MAX: usize = 128;

/// What a browser presents as its session, if anything.
pub fn presented(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(name, _)| name.trim() == SESSION_COOKIE)?.1.trim();
    (!found.is_empty() && found.len() <= TOKEN_LENGTH_MAX).then_some(found)
}

/// `Set-Cookie` that starts a session. It ends with the browser, or when the portal says so.
pub fn session_cookie(token: &Token) -> HeaderValue {
    let text =
        format!("{SESSION_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict", token.reveal());
    HeaderValue::from_str(&text).unwrap_or_else(|_| clear_session_cookie())
}

/// `Set-Cookie` that takes the session away from the browser.
pub fn clear_session_cookie() -> HeaderValue {
    HeaderValue::from_static(
        "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn the_session_is_found_among_other_cookies_and_header_lines() {
        assert_eq!(presented(&headers(&["a=b; __Host-session=t1; c=d"])), Some("t1"));
        assert_eq!(presented(&headers(&["a=b", "__Host-session=t2"])), Some("t2"));
        assert_eq!(presented(&headers(&["session=t3; __Host-session="])), None);
        assert_eq!(presented(&headers(&[])), None);
    }

    #[test]
    fn the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
        let cookie = session_cookie(&Token::new([1; 32]));
        let text = cookie.to_str().unwrap();
        for part in
            ["__Host-session=0101", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"]
        {
            assert!(text.contains(part), "{text}");
        }
        assert!(clear_session_cookie().to_str().unwrap().contains("Max-Age=0"));
    }
}
