//! Lists come in parts: at most [`ROWS_MAX`] rows, and from where to go on.

/// How many rows of a list a page is given at a time.
pub const ROWS_MAX: usize = 100;

/// The first [`ROWS_MAX`] of `rest`; and `place` of the last of them if there are more: what to ask for after these.
pub fn part<T>(
    rest: impl IntoIterator<Item = T>,
    place: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let mut rest = rest.into_iter();
    let rows: Vec<T> = rest.by_ref().take(ROWS_MAX).collect();
    let more = rest.next().is_some();
    let next = rows.last().filter(|_| more).map(place);
    (rows, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_from_where_to_go_on_only_if_there_is_more() {
        let part_of = |count: usize| {
            let (rows, next) = part(0..count, ToString::to_string);
            (rows.len(), next)
        };
        assert_eq!(part_of(0), (0, None));
        assert_eq!(part_of(ROWS_MAX), (100, None));
        assert_eq!(part_of(101), (100, Some("99".to_owned())));
    }
}
