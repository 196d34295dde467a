//! Every function that answers HTTP.

use web::Route;
use web::describe::Description;

/// A function that answers HTTP.
#[derive(Debug, Clone)]
pub struct Function {
    /// The name of its folder: `scheduled-payments`.
    pub name: &'static str,
    /// Where it answers, and to whom.
    pub routes: Vec<Route>,
    /// What each of its routes takes and answers.
    pub descriptions: Vec<Description>,
}

/// All of them, in the order of their names.
pub fn functions() -> Vec<Function> {
    macro_rules! functions {
        ($($name:literal $function:ident),+ $(,)?) => {
            vec![$({
                let api = $function::api();
                let (routes, descriptions) = (api.routes(), api.descriptions());
                Function { name: $name, routes, descriptions }
            }),+]
        };
    }
    functions![
        "account" account,
        "actions" actions,
        "actuals" actuals,
        "audit" audit,
        "care-packages" care_packages,
        "contacts" contacts,
        "contract-documents" contract_documents,
        "council" council,
        "council-imports" council_imports,
        "council-payments" council_payments,
        "council-roll-out" council_roll_out,
        "council-settings" council_settings,
        "council-users" council_users,
        "invoices" invoices,
        "pdfs" pdfs,
        "providers" providers,
        "purchase-orders" purchase_orders,
        "reports" reports,
        "scheduled-payments" scheduled_payments,
        "sign-in" sign_in,
        "software" software,
    ]
}
