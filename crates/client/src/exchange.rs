//! One request and its answer.

use reqwest::{RequestBuilder, Response};

use crate::{Error, Result};

/// The answer, if it is a success.
pub(crate) async fn exchange(request: RequestBuilder) -> Result<Response> {
    let response = request.send().await?;
    if response.status().is_success() { Ok(response) } else { Err(Error::told(response).await) }
}
