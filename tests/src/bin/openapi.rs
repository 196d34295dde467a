//! Writes `/api/openapi.json` for the site: `openapi FOLDER-OF-THE-CHECKOUT FILE`.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(checkout), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("say the folder of the checkout, and the file to write".into());
    };
    let document = portal_tests::openapi::document(&checkout)?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(file, serde_json::to_string_pretty(&document)?)?)
}
