//! What the reason codes mean, in words.

/// What a reason code of the specification means, to a person at a provider; none: it is a council's own code, which
/// speaks for itself.
pub fn reason_text(code: &str) -> Option<&'static str> {
    Some(match code {
        "HOSP" => "The client was in hospital",
        "HOLIDAY" => "The client was on holiday or away from home",
        "DECEASED" => "The client has died",
        "DECLINED" => "The client declined the care or cancelled the visit",
        "NOACCESS" => "Nobody answered the door, or the carer could not get in",
        "CARERAWAY" => "The carer was away and the care was not covered",
        "CRISIS" => "The client needed more care in a crisis",
        "STAFFING" => "There were not enough staff to give the care",
        "ENDED" => "The care package has ended or was paused",
        "OTHER" => "Another reason: say which in the comment",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actuals::Policy;

    #[test]
    fn every_code_of_the_specification_is_explained_in_words() {
        let codes = Policy::default().reason_codes;
        assert!(codes.iter().all(|code| reason_text(code).is_some()), "{codes:?}");
        assert_eq!(reason_text("RESPITE"), None);
    }
}
