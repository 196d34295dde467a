//! What must hold for any bytes.

use crate::harness::Target;

#[test]
fn a_csv_file_is_read_alike_in_any_pieces_and_what_it_says_can_be_written_and_read_again() {
    Target::new("csv").holds(portal_fuzz::csv);
}

#[test]
fn a_file_of_the_councils_is_read_in_order_and_written_as_it_was_read() {
    Target::new("council-csv").holds(portal_fuzz::council_csv);
}

#[test]
fn a_workbook_keeps_its_limits_and_is_read_the_same_twice() {
    Target { tries_percent: 30, ..Target::new("workbook") }.holds(portal_fuzz::workbook);
}

#[test]
fn a_row_of_any_feed_says_the_same_when_it_is_written_as_it_was_understood() {
    Target::new("feed-row").holds(portal_fuzz::feed_row);
}

#[test]
fn the_name_of_a_file_is_the_key_that_it_was_dropped_under() {
    Target::new("file-name").holds(portal_fuzz::file_name);
}

#[test]
fn money_is_whole_pence_and_is_written_as_it_is_read() {
    Target::new("money").holds(portal_fuzz::money);
}

#[test]
fn references_ids_and_years_have_no_sign_that_means_something_elsewhere() {
    Target::new("ids").holds(portal_fuzz::ids);
}

#[test]
fn an_email_address_is_one_line_has_one_domain_and_hides_its_name_when_it_is_masked() {
    Target::new("email").holds(portal_fuzz::email);
}

#[test]
fn a_cookie_is_found_only_where_one_is_and_never_reaches_beyond_itself() {
    Target::new("cookie").holds(portal_fuzz::cookie);
}

#[test]
fn an_api_key_opens_only_by_its_every_character() {
    Target::new("api-key").holds(portal_fuzz::api_key);
}

#[test]
fn the_address_of_a_client_is_never_one_that_it_wrote_itself() {
    Target::new("forwarded").holds(portal_fuzz::forwarded);
}

#[test]
fn no_text_reaches_beyond_its_part_of_a_key() {
    Target::new("store-key").holds(portal_fuzz::store_key);
}

#[test]
fn a_cursor_never_leads_out_of_its_list() {
    Target::new("cursor").holds(portal_fuzz::cursor);
}

#[test]
fn a_row_of_actuals_adds_up_and_says_the_same_when_it_is_written_as_it_was_understood() {
    Target::new("actuals").holds(portal_fuzz::actuals);
}
