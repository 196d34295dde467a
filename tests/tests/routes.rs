//! The routes that the functions declare, the template and `cargo lambda watch` agree; and who may use them.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use domain::permission::{CouncilRole, Role};
    use web::{Access, Route};

    const TEMPLATE: &str = include_str!("../../infra/template.yaml");
    const WORKSPACE: &str = include_str!("../../Cargo.toml");

    /// What anybody may ask: whoever has no session yet needs these to get one.
    const PUBLIC: [&str; 13] = [
        "GET /api/calendar/feeds/{token}/deadlines.ics",
        "GET /api/logo/{name}",
        "GET /api/sign-in/options",
        "POST /api/helpdesk-request",
        "POST /api/invitation",
        "POST /api/invitation/totp",
        "POST /api/password-reset",
        "POST /api/password-reset/password",
        "POST /api/sign-in",
        "POST /api/sign-in/code",
        "POST /api/sign-in/code/another",
        "POST /api/unsubscribe",
        "POST /api/unsubscribe/one-click",
    ];

    /// Every HTTP function with the routes it declares.
    fn declared() -> BTreeMap<&'static str, Vec<Route>> {
        portal_tests::functions().into_iter().map(|it| (it.name, it.routes)).collect()
    }

    fn key(route: &Route) -> String {
        format!("{} {}", route.method, route.path)
    }

    /// `ScheduledPayments` of `integrations/${ScheduledPaymentsIntegration}` is the folder `scheduled-payments`.
    fn folder(logical_id: &str) -> String {
        let mut name = String::new();
        for letter in logical_id.chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.extend(letter.to_lowercase());
        }
        name
    }

    fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
        text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
    }

    /// The template's routes, one a line, by function.
    fn deployed() -> BTreeMap<String, BTreeSet<String>> {
        let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in TEMPLATE.lines() {
            if let Some(route) = between(line, "RouteKey: \"", "\"") {
                let function = between(line, "integrations/${", "Integration}").unwrap();
                routes.entry(folder(function)).or_default().insert(route.to_owned());
            }
        }
        routes
    }

    #[test]
    fn every_route_is_in_the_template_and_the_other_way_round() {
        let declared = declared()
            .into_iter()
            .map(|(function, routes)| (function.to_owned(), routes.iter().map(key).collect()))
            .collect::<BTreeMap<String, BTreeSet<String>>>();
        assert_eq!(declared, deployed());
    }

    #[test]
    fn every_route_needs_a_session_unless_it_is_listed_as_public() {
        let public = declared()
            .into_values()
            .flatten()
            .filter(|route| matches!(route.access, Access::Public | Access::OneClick))
            .map(|route| key(&route))
            .collect::<BTreeSet<_>>();
        assert_eq!(public, BTreeSet::from(PUBLIC.map(str::to_owned)));
    }

    #[test]
    fn every_route_about_a_provider_needs_a_role_there() {
        for function in [
            "actions",
            "actuals",
            "care-packages",
            "contacts",
            "contract-documents",
            "invoices",
            "pdfs",
            "purchase-orders",
            "reports",
            "scheduled-payments",
            "software",
        ] {
            let councils = |route: &&Route| route.path.starts_with("/api/council/");
            let anybodys = |route: &&Route| PUBLIC.contains(&key(route).as_str());
            let of_people = |route: &&Route| !councils(route) && !anybodys(route);
            for route in declared()[function].iter().filter(of_people) {
                assert!(matches!(route.access, Access::Provider(_)), "{}", key(route));
            }
        }
    }

    #[test]
    fn every_route_of_the_council_needs_a_role_there_and_no_other_does() {
        for route in declared().into_values().flatten() {
            let councils = route.path.starts_with("/api/council/");
            assert_eq!(matches!(route.access, Access::Council(_)), councils, "{}", key(&route));
        }
    }

    /// A column for nobody, one for somebody of several providers who chose none yet, one for each role at a provider
    /// and one for each at the council, in the order of the specification.
    fn who_may(access: Access) -> String {
        let (anybody, signed_in) = match access {
            Access::Public | Access::OneClick => (true, true),
            Access::Session => (false, true),
            Access::Provider(_) | Access::Council(_) => (false, false),
        };
        let provider = Role::ALL.into_iter().map(|role| match access {
            Access::Provider(what) => role.may(what),
            Access::Public | Access::OneClick | Access::Session | Access::Council(_) => signed_in,
        });
        let council = CouncilRole::ALL.into_iter().map(|role| match access {
            Access::Council(what) => role.may(what),
            Access::Public | Access::OneClick | Access::Session | Access::Provider(_) => signed_in,
        });
        let all = [anybody, signed_in].into_iter().chain(provider).chain(council);
        all.map(|may| if may { 'x' } else { '-' }).collect()
    }

    /// Written down to be read: a route that is new, or that others may ask than before, is seen by whoever reviews
    /// it. The journeys ask every route of it as everybody (`tests/journeys/test_every_role.py`).
    #[test]
    fn every_role_may_ask_what_the_list_says_and_nothing_else() {
        let roles = Role::ALL.map(|it| it.to_string()).join(" ");
        let staff = CouncilRole::ALL.map(|it| it.to_string()).join(" ");
        let mut rows: Vec<String> = declared()
            .into_values()
            .flatten()
            .map(|it| format!("{} {:<4} {}", who_may(it.access), it.method, it.path))
            .collect();
        rows.sort_by_key(|row| row.split(' ').next_back().map(str::to_owned));
        let columns = format!("nobody no_provider {roles} {staff}");
        insta::assert_snapshot!("who_may", format!("{columns}\n{}", rows.join("\n")));
    }

    #[test]
    fn no_route_changes_anything_by_being_read() {
        for route in declared().into_values().flatten() {
            assert!(["GET", "POST", "PUT"].contains(&route.method.as_str()), "{}", key(&route));
        }
    }

    #[test]
    fn the_local_router_sends_every_route_to_its_function() {
        let table =
            between(WORKSPACE, "[workspace.metadata.lambda.watch.router]\n", "\n\n").unwrap();
        let rules = table
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .map(|(path, function)| (path.trim_matches('"'), function.trim_matches('"')))
            .collect::<BTreeMap<_, _>>();
        for (function, routes) in declared() {
            for route in routes {
                let exact = rules.get(route.path).copied();
                let below = rules.iter().find_map(|(path, function)| {
                    let folder = path.strip_suffix("{*rest}")?;
                    route.path.starts_with(folder).then_some(*function)
                });
                assert_eq!(exact.or(below), Some(function), "{}", route.path);
            }
        }
    }
}
