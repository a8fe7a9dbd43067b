//! What the request says of a package against what the package says of itself.

use securevox_core::Result;
use securevox_protocol::{FieldError, builds::Warning};

use super::{form::Fields, problem::CONTRADICTION};
use crate::inspect::Package;

/// The warnings for the answer. A platform that contradicts the package is a 422, and with
/// `strict` so is a version, build number or bundle id. The package wins in any case.
pub(super) fn reconcile(fields: &Fields, package: &Package) -> Result<Vec<Warning>> {
    if let Some(said) = fields.platform.filter(|said| *said != package.platform) {
        let detail =
            format!("The request says {said}, and the package is for {}.", package.platform);
        let errors = vec![FieldError::new("#/platform", detail.clone())];
        return Err(CONTRADICTION.with_detail(detail).with_errors(errors).into());
    }
    let pairs = [
        ("version", &fields.version, &package.version),
        ("build_number", &fields.build_number, &package.build_number),
        ("bundle_id", &fields.bundle_id, &Some(package.bundle_id.clone())),
    ];
    let differing: Vec<(&str, &str, String)> = pairs
        .into_iter()
        .filter_map(|(field, said, is)| {
            let said = said.as_ref().filter(|said| Some(*said) != is.as_ref())?;
            let is = is.as_deref().map_or("none".to_owned(), |is| format!("{is:?}"));
            Some((field, said.as_str(), is))
        })
        .collect();
    if fields.strict && !differing.is_empty() {
        let errors = differing.iter().map(|(field, said, is)| {
            let detail = format!("The request says {said:?}, and the package says {is}.");
            FieldError::new(format!("#/{field}"), detail)
        });
        return Err(CONTRADICTION.with_errors(errors.collect()).into());
    }
    let differ = differing.into_iter().map(|(field, said, is)| Warning {
        code: format!("{}-differs", field.replace('_', "-")),
        detail: format!("The request says {said:?}, the package {is}; the package wins."),
    });
    let unknown = fields.unknown.iter().map(|field| Warning {
        code: "unknown-field".to_owned(),
        detail: format!("The field {field:?} means nothing here and was ignored."),
    });
    Ok(differ.chain(unknown).collect())
}

#[cfg(test)]
mod tests {
    use securevox_core::Error;
    use securevox_protocol::{builds::Platform, packages::PackageDetails};

    use super::*;

    fn package() -> Package {
        Package {
            platform: Platform::Android,
            bundle_id: "org.example".to_owned(),
            version: Some("1.0.0-debug".to_owned()),
            build_number: None,
            name: None,
            min_os_version: None,
            icon: None,
            devices: Vec::new(),
            details: PackageDetails::Apk(Box::default()),
        }
    }

    fn says(version: &str) -> Fields {
        Fields { version: Some(version.to_owned()), ..Fields::default() }
    }

    #[test]
    fn a_differing_version_warns_and_is_refused_when_strict() {
        assert_eq!(reconcile(&says("1.0.0-debug"), &package()).unwrap(), []);
        let warnings = reconcile(&says("1.0.0"), &package()).unwrap();
        assert_eq!(warnings[0].code, "version-differs");

        let strict = Fields { strict: true, ..says("1.0.0") };
        let Err(Error::Problem(problem)) = reconcile(&strict, &package()) else { panic!() };
        assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "#/version"));
    }

    #[test]
    fn another_platform_is_refused_by_name() {
        let fields = Fields { platform: Some(Platform::Ios), ..Fields::default() };
        let Err(Error::Problem(problem)) = reconcile(&fields, &package()) else { panic!() };
        let detail = problem.detail.expect("words");
        assert!(detail.contains("ios") && detail.contains("android"), "{detail}");
    }
}
